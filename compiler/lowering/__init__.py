"""From the read tree to the IR. Raw dicts stop here."""
