"""All settings, read once from the environment. ``clearline settings`` prints this list."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.partner_center.options import API_URL, LOGIN_URL, PartnerCenterOptions
from bot.shared.errors import InvalidInput
from bot.shared.private_file import write_private
from bot.staff.sessions import Limits


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable.

    Attributes:
        unit: What a value is measured in, or its kind.
        default: Shown default; empty means it must be given (secrets) or is off.
        secret: Never printed.
    """

    name: str
    unit: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("CLEARLINE_HTTP_HOST", "address", "127.0.0.1", "where the front door listens"),
    Setting("CLEARLINE_HTTP_PORT", "port", "8080", "port of the front door"),
    Setting("CLEARLINE_RASA_PORT", "port", "5005", "port of the engine, on loopback"),
    Setting("CLEARLINE_ACTIONS_PORT", "port", "5055", "port of the action server, on loopback"),
    Setting("CLEARLINE_SANDBOX_PORT", "port", "8090", "port of the sandbox, demo and tests only"),
    Setting("CLEARLINE_WORKER_PORT", "port", "", "where the worker shows its metrics, on loopback; off by default"),
    Setting("CLEARLINE_ENGINE_URL", "URL", "http://127.0.0.1:<CLEARLINE_RASA_PORT>", "where the front door finds the engine"),
    Setting("CLEARLINE_PUBLIC_URL", "URL", "http://127.0.0.1:<CLEARLINE_HTTP_PORT>", "address that customers use, also in links"),
    Setting("CLEARLINE_VAR", "folder", "var", "folder of all state"),
    Setting("CLEARLINE_KNOWLEDGE", "folder", "knowledge", "folder of the partner's own files"),
    Setting("CLEARLINE_RESPONSES", "folder", "data/responses", "folder of every sentence the bot says"),
    Setting("CLEARLINE_DATABASE_URL", "URL", "sqlite:///<CLEARLINE_VAR>/clearline.sqlite3", "the store; or postgresql+psycopg://…"),
    Setting("CLEARLINE_TRACKER_URL", "URL", "<CLEARLINE_VAR>/engine.sqlite3", "the engine's short memory; or postgresql://…"),
    Setting("CLEARLINE_REDIS_URL", "URL", "", "Redis for several front doors; not needed on one machine"),
    Setting("CLEARLINE_MAIL_URL", "URL", "file:<CLEARLINE_VAR>/mail", "file:FOLDER writes mails as files, smtp://HOST:PORT sends them"),
    Setting("CLEARLINE_ENGINE_SECONDS", "seconds", "8", "how long the front door waits for an answer of the engine"),
    Setting("CLEARLINE_UNDO_SECONDS", "seconds", "10", "how long an agent may take a reply back before the customer gets it"),
    Setting(
        "CLEARLINE_AGENT_SILENT_MINUTES", "minutes", "5", "how long a customer waits for an agent before the chat goes back to the queue"
    ),
    Setting("CLEARLINE_SESSION_IDLE_SECONDS", "seconds", "1800", "how long a member of staff stays signed in without doing anything"),
    Setting("CLEARLINE_SESSION_SECONDS", "seconds", "36000", "how long a member of staff stays signed in at most"),
    Setting("CLEARLINE_OIDC_ISSUER", "URL", "", "OpenID provider of the staff, such as https://login.microsoftonline.com/TENANT/v2.0"),
    Setting("CLEARLINE_OIDC_CLIENT_ID", "text", "", "what the OpenID provider calls this application"),
    Setting(
        "CLEARLINE_TRUSTED_PROXIES", "addresses, by commas", "127.0.0.1,::1", "proxies that are believed about where a request came from"
    ),
    Setting("CLEARLINE_PARTNER_CENTER_URL", "URL", API_URL, "Microsoft Partner Center's interface, or the sandbox"),
    Setting("CLEARLINE_PARTNER_CENTER_LOGIN_URL", "URL", LOGIN_URL, "Microsoft's sign-in service, or the sandbox"),
    Setting("CLEARLINE_PARTNER_CENTER_TENANT", "GUID or domain", "", "the partner's own tenant; with it Partner Center is used"),
    Setting("CLEARLINE_PARTNER_CENTER_CLIENT_ID", "GUID", "", "what Microsoft calls this application"),
    Setting("CLEARLINE_PARTNER_CENTER_REDIRECT_URL", "URL", "http://localhost:8400/", "where the browser ends after the consent"),
    Setting(
        "CLEARLINE_PARTNER_CENTER_TOKEN_FILE",
        "file",
        "<CLEARLINE_VAR>/partner-center-token.json",
        "where the newest refresh token is kept, for its owner only",
    ),
    Setting("CLEARLINE_PARTNER_CENTER_LOCALE", "language tag", "en-US", "language of what Partner Center writes"),
    Setting("CLEARLINE_PARTNER_CENTER_SECONDS", "seconds", "20", "how long one request to Partner Center may take"),
    Setting("CLEARLINE_PARTNER_CENTER_DEADLINE_SECONDS", "seconds", "60", "how long a call may take with all its repeats"),
    Setting("CLEARLINE_CASE_LOOK_SECONDS", "seconds", "120", "how often a case at Microsoft is looked at"),
    Setting("CLEARLINE_HEALTH_FILE", "file", "<CLEARLINE_VAR>/service-health.json", "what Microsoft publishes of its services' health"),
    Setting("CLEARLINE_HEALTH_MINUTES", "minutes", "60", "how old that file may be; an older one is taken for not known"),
    Setting("CLEARLINE_NOW", "ISO instant", "", "freezes the clock of every process; for tests and demos"),
    Setting("CLEARLINE_TIME_ZONE", "IANA zone", "from knowledge/partner.yml", "zone in which the engine reads 'last month'"),
    Setting("CLEARLINE_LOG_LEVEL", "debug, info, warning, error", "info", "how much is logged"),
    Setting("CLEARLINE_LOG_FORMAT", "json, text", "json", "one JSON object a line, or lines for a person"),
    Setting("CLEARLINE_SECRET_KEY", "text, 32 characters or more", "", "signs visitors' tokens and document links", secret=True),
    Setting("CLEARLINE_RASA_TOKEN", "text", "", "lets the front door into the engine and the engine into the actions", secret=True),
    Setting("CLEARLINE_METRICS_TOKEN", "text", "", "lets a Prometheus server read /metrics; without it /metrics is off", secret=True),
    Setting("CLEARLINE_OIDC_CLIENT_SECRET", "text", "", "secret of this application at the OpenID provider", secret=True),
    Setting("CLEARLINE_PARTNER_CENTER_CLIENT_SECRET", "text", "", "secret of this application at Microsoft", secret=True),
    Setting("CLEARLINE_PARTNER_CENTER_REFRESH_TOKEN", "text", "", "from 'clearline partner-center consent'", secret=True),
    Setting("CLEARLINE_HELPER_SECRET", "text, 32 characters or more", "", "signs tickets to and from helpers with a webhook", secret=True),
    Setting("CLEARLINE_SMTP_USER", "text", "", "user at the mail server", secret=True),
    Setting("CLEARLINE_SMTP_PASSWORD", "text", "", "password at the mail server", secret=True),
)
SECRETS_FILE = "secrets.env"
_MAXIMUM_PORT = 65535


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. Times in seconds; folders as given, relative to the working directory."""

    http_host: str
    http_port: int
    rasa_port: int
    actions_port: int
    sandbox_port: int
    worker_port: int | None
    engine_url: str
    public_url: str
    var: Path
    knowledge: Path
    responses: Path
    database_url: str
    mail_url: str
    engine_seconds: float
    undo_seconds: float
    agent_silent_minutes: float
    session_limits: Limits
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    partner_center: PartnerCenterOptions | None
    case_look_seconds: float
    health_file: Path
    health_minutes: float
    helper_secret: str
    trusted_proxies: tuple[str, ...]
    now: str | None
    log_level: str
    log_format: str
    secret_key: str
    rasa_token: str
    metrics_token: str
    smtp_user: str
    smtp_password: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings. Secrets missing in the environment are taken from ``<CLEARLINE_VAR>/secrets.env`` if it is there.

        Raises:
            InvalidInput: A value cannot be used; the message names the variable.
        """
        env = dict(os.environ if environ is None else environ)
        var = Path(env.get("CLEARLINE_VAR") or "var")
        for name, value in read_secrets(var / SECRETS_FILE).items():
            env.setdefault(name, value)
        http_port, rasa_port = _port(env, "CLEARLINE_HTTP_PORT", 8080), _port(env, "CLEARLINE_RASA_PORT", 5005)
        return cls(
            http_host=env.get("CLEARLINE_HTTP_HOST") or "127.0.0.1",
            http_port=http_port,
            rasa_port=rasa_port,
            actions_port=_port(env, "CLEARLINE_ACTIONS_PORT", 5055),
            sandbox_port=_port(env, "CLEARLINE_SANDBOX_PORT", 8090),
            worker_port=_port(env, "CLEARLINE_WORKER_PORT", 0) if env.get("CLEARLINE_WORKER_PORT") else None,
            engine_url=env.get("CLEARLINE_ENGINE_URL") or f"http://127.0.0.1:{rasa_port}",
            public_url=(env.get("CLEARLINE_PUBLIC_URL") or f"http://127.0.0.1:{http_port}").rstrip("/"),
            var=var,
            knowledge=Path(env.get("CLEARLINE_KNOWLEDGE") or "knowledge"),
            responses=Path(env.get("CLEARLINE_RESPONSES") or "data/responses"),
            database_url=env.get("CLEARLINE_DATABASE_URL") or f"sqlite:///{var / 'clearline.sqlite3'}",
            mail_url=env.get("CLEARLINE_MAIL_URL") or f"file:{var / 'mail'}",
            engine_seconds=_seconds(env, "CLEARLINE_ENGINE_SECONDS", 8.0),
            undo_seconds=_seconds(env, "CLEARLINE_UNDO_SECONDS", 10.0),
            agent_silent_minutes=_seconds(env, "CLEARLINE_AGENT_SILENT_MINUTES", 5.0),
            session_limits=Limits(
                idle=timedelta(seconds=_seconds(env, "CLEARLINE_SESSION_IDLE_SECONDS", 1800.0)),
                longest=timedelta(seconds=_seconds(env, "CLEARLINE_SESSION_SECONDS", 36000.0)),
            ),
            **_oidc(env),
            partner_center=_partner_center(env, var),
            case_look_seconds=_seconds(env, "CLEARLINE_CASE_LOOK_SECONDS", 120.0),
            health_file=Path(env.get("CLEARLINE_HEALTH_FILE") or var / "service-health.json"),
            health_minutes=_seconds(env, "CLEARLINE_HEALTH_MINUTES", 60.0),
            helper_secret=env.get("CLEARLINE_HELPER_SECRET", ""),
            trusted_proxies=tuple(one.strip() for one in env.get("CLEARLINE_TRUSTED_PROXIES", "127.0.0.1,::1").split(",") if one.strip()),
            now=env.get("CLEARLINE_NOW") or None,
            log_level=_one_of(env, "CLEARLINE_LOG_LEVEL", "info", ("debug", "info", "warning", "error")),
            log_format=_one_of(env, "CLEARLINE_LOG_FORMAT", "json", ("json", "text")),
            secret_key=env.get("CLEARLINE_SECRET_KEY", ""),
            rasa_token=env.get("CLEARLINE_RASA_TOKEN", ""),
            metrics_token=env.get("CLEARLINE_METRICS_TOKEN", ""),
            smtp_user=env.get("CLEARLINE_SMTP_USER", ""),
            smtp_password=env.get("CLEARLINE_SMTP_PASSWORD", ""),
        )


def read_secrets(path: Path) -> dict[str, str]:
    """Return the ``NAME=value`` lines of the file, an empty mapping when there is no such file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}; give the user who runs Clearline access to it") from error
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def write_secrets(path: Path, values: Mapping[str, str]) -> None:
    """Write the file that ``read_secrets`` reads, for its owner only. Raises: OSError."""
    lines = "".join(f"{name}={value}\n" for name, value in values.items())
    write_private(path, f"# Made by Clearline. The environment outranks this file.\n{lines}")


def _oidc(env: Mapping[str, str]) -> dict[str, str]:
    """Return the three settings of the OpenID provider by field; all of them or none must be given."""
    names = {name: f"CLEARLINE_{name.upper()}" for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret")}
    given = {field: env.get(name, "") for field, name in names.items()}
    missing = [names[field] for field, value in given.items() if not value]
    if missing and len(missing) < len(names):
        raise InvalidInput(f"{' and '.join(missing)} must be set too, for staff to sign in with the OpenID provider")
    return given


def _partner_center(env: Mapping[str, str], var: Path) -> PartnerCenterOptions | None:
    """Return how to reach Partner Center; None while neither tenant, application nor secret is set."""
    needed = ("CLEARLINE_PARTNER_CENTER_TENANT", "CLEARLINE_PARTNER_CENTER_CLIENT_ID", "CLEARLINE_PARTNER_CENTER_CLIENT_SECRET")
    missing = [name for name in needed if not env.get(name)]
    if len(missing) == len(needed):
        return None
    if missing:
        raise InvalidInput(f"{' and '.join(missing)} must be set too, for Partner Center to be used")
    return PartnerCenterOptions(
        tenant=env["CLEARLINE_PARTNER_CENTER_TENANT"],
        client_id=env["CLEARLINE_PARTNER_CENTER_CLIENT_ID"],
        client_secret=env["CLEARLINE_PARTNER_CENTER_CLIENT_SECRET"],
        refresh_token=env.get("CLEARLINE_PARTNER_CENTER_REFRESH_TOKEN", ""),
        token_file=Path(env.get("CLEARLINE_PARTNER_CENTER_TOKEN_FILE") or var / "partner-center-token.json"),
        api_url=env.get("CLEARLINE_PARTNER_CENTER_URL") or API_URL,
        login_url=env.get("CLEARLINE_PARTNER_CENTER_LOGIN_URL") or LOGIN_URL,
        redirect_url=env.get("CLEARLINE_PARTNER_CENTER_REDIRECT_URL") or "http://localhost:8400/",
        locale=env.get("CLEARLINE_PARTNER_CENTER_LOCALE") or "en-US",
        try_seconds=_seconds(env, "CLEARLINE_PARTNER_CENTER_SECONDS", 20.0),
        deadline_seconds=_seconds(env, "CLEARLINE_PARTNER_CENTER_DEADLINE_SECONDS", 60.0),
    )


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) <= _MAXIMUM_PORT:
        raise InvalidInput(f"{name} is {text!r}, not a port number between 1 and {_MAXIMUM_PORT}")
    return int(text)


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name) or str(default)
    try:
        value = float(text)
    except ValueError as error:
        raise InvalidInput(f"{name} is {text!r}, not a number of seconds") from error
    if not value > 0:
        raise InvalidInput(f"{name} is {text!r}; it must be more than 0 seconds")
    return value


def _one_of(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise InvalidInput(f"{name} is {value!r}; it must be one of {', '.join(allowed)}")
    return value
