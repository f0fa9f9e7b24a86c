"""A mail server that the tests run: it takes messages, refuses them, or hangs in the middle of one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message


class MailServer:
    """`answer` gives the reply to the end of each message, or None to say nothing for ever."""

    def __init__(self, answer: Callable[[], bytes | None]) -> None:
        self.answer = answer
        self.port = 0
        self.taken: list[Message] = []
        self.reached = asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 ready\r\n")
            while line := await reader.readline():
                command = line[:4].upper()
                if command == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await self._take(await reader.readuntil(b"\r\n.\r\n"), writer)
                else:
                    writer.write(b"221 bye\r\n" if command == b"QUIT" else b"250 yes\r\n")
                if command == b"QUIT":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _take(self, raw: bytes, writer: asyncio.StreamWriter) -> None:
        self.reached.set()
        answer = self.answer()
        if answer is None:
            await asyncio.sleep(3_600)
            return
        if answer.startswith(b"250"):
            self.taken.append(message_from_bytes(raw))
        writer.write(answer)


@asynccontextmanager
async def mail_server(answer: Callable[[], bytes | None] = lambda: b"250 taken\r\n") -> AsyncIterator[MailServer]:
    mails = MailServer(answer)
    server = await asyncio.start_server(mails.talk, "127.0.0.1", 0)
    mails.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mails
