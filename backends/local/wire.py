"""Messages between a runner and its supervising process: lists of byte strings over a socket.

A message may carry a file descriptor. Loaded by the supervising process, so it imports little.
"""

import os
import sys
from _socket import CMSG_SPACE, MSG_CTRUNC, SCM_RIGHTS, SOL_SOCKET, socket
from collections import deque

_CHUNK = 65_536
_FD = 4  # bytes of a descriptor in a control message


class Wire:
    """One end. Sends block; `receive` does where nothing is there to read."""

    def __init__(self, end: socket) -> None:
        self._end = end
        self._read = bytearray()
        self._descriptors: deque[int] = deque()

    def fileno(self) -> int:
        return self._end.fileno()

    def send(self, *fields: bytes, descriptor: int | None = None) -> None:
        """Send one message; no field has a NUL in it. Raises OSError where nobody is there."""
        body = b"\0".join(fields)
        data = len(body).to_bytes(4, "big") + body
        if descriptor is not None:
            carried = descriptor.to_bytes(_FD, sys.byteorder)
            data = data[self._end.sendmsg([data], [(SOL_SOCKET, SCM_RIGHTS, carried)]) :]
        self._end.sendall(data)

    def receive(self) -> list[list[bytes]] | None:
        """Read once, and give the messages that are whole now; None when the other end is gone."""
        try:
            data, control, flags, _ = self._end.recvmsg(_CHUNK, CMSG_SPACE(_FD))
        except ConnectionResetError:
            return None
        for level, kind, carried in control:
            if level == SOL_SOCKET and kind == SCM_RIGHTS and len(carried) >= _FD:
                found = int.from_bytes(carried[:_FD], sys.byteorder)
                os.set_inheritable(found, False)
                self._descriptors.append(found)
        if flags & MSG_CTRUNC and not control:  # there was no room for one more descriptor
            self._descriptors.append(-1)
        if not data:
            return None
        self._read += data
        return self._whole()

    def take(self) -> int:
        """Give the descriptor that came with a message, in their order; -1 where it was lost."""
        return self._descriptors.popleft()

    def close(self) -> None:
        self._end.close()

    def _whole(self) -> list[list[bytes]]:
        found, at, read = [], 0, self._read
        while len(read) >= at + 4:
            end = at + 4 + int.from_bytes(read[at : at + 4], "big")
            if len(read) < end:
                break
            found.append(bytes(read[at + 4 : end]).split(b"\0"))
            at = end
        del read[:at]
        return found
