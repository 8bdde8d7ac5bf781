"""Sending mail: to a server, or to files for the demo and tests."""

from bot.mail.file_mailer import FileMailer
from bot.mail.smtp_mailer import SmtpMailer

__all__ = ["FileMailer", "SmtpMailer"]
