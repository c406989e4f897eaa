"""How much may go into a page: a run may have made any amount."""


class Budget:
    """Room for so many bytes. `left_out` says whether something did not fit."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.left_out = False

    def take(self, size: int) -> bool:
        """Take room, if there is enough."""
        if size > self.room:
            self.left_out = True
            return False
        self.room -= size
        return True
