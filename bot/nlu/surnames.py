"""Common surnames in Hungary and in English- and German-speaking countries; our own list, by which a name without capitals is told from other words."""

from __future__ import annotations

from functools import lru_cache

from bot.nlu.folding import fold

_HUNGARIAN = """
Ács Ádám Albert Almási Ambrus Antal Bajnok Bakó Bakos Balázs Bálint Balla Balog Balogh Bán Bánfi Bányai Barabás Baranyai Barna Barta
Bartha Bartók Bartos Beke Benedek Benkő Béres Berki Berta Bertalan Bíró Bodnár Bodó Bogdán Bognár Borbély Boros Borsos Bozsó Budai Burján
Csaba Csányi Császár Cseh Cserép Csiszár Csizmadia Csókás Csonka Csordás Czakó Czeglédi Dani Dávid Deák Debreceni Demeter Dobó Dobos Dombi
Domján Dudás Egri Elek Erdei Erdélyi Erdős Fábián Faragó Farkas Fazekas Fehér Fejes Fekete Ferenczi Fodor Földes Földi Forgács Frank Fülöp
Füredi Fűzi Gaál Gál Gáspár Gazdag Gergely Gombos Gönczi Gulyás György Győri Hajdu Hajdú Halász Halmai Halmos Hegedűs Hegyi Herczeg Hidasi
Hidvégi Hornyák Horvath Horváth Huszár Illés Ivanics Jakab Jakabfi Jankó Jánosi Jászberényi Jenei Jónás Joó Juhász Juhos Kádár Kálmán
Kántor Kapás Kardos Kecskeméti Kecskés Kelemen Kenyeres Kerekes Kerekgyártó Kerényi Kertész Kis Kiss Kocsis Kollár Koltai Komáromi Kondor
Kónya Korda Kormos Kosztolányi Kovács Kovats Kováts Kövér Köves Kozma Kun Kurucz Laczkó Lakatos László Lázár Lengyel Lengyelfi Lévai
Lőrincz Lukács Madarász Magyar Major Majoros Mák Makai Márkus Márton Máté Mészáros Mezei Mihály Miklós Mikó Mohácsi Molnar Molnár Mónus
Morvai Murányi Nagy Nemes Nemeth Németh Novák Nyári Nyitrai Oláh Orbán Őri Ormos Orosz Orsós Osváth Pál Pálfi Pálinkás Pap Papp Pásztor
Pataki Perger Péter Petőfi Petrovics Pintér Pócsik Polgár Pongrácz Rácz Radics Radnai Réti Révész Rigó Rostás Rózsa Rudas Sallai Sándor
Sánta Sápi Sárközi Sárosi Sas Schmidt Sebestyén Seres Siklósi Simó Simon Sipos Soltész Somlai Somló Somogyi Soós Stefán Süle Sulyok
Surányi Szabó Szakács Szalai Szalay Szántó Szász Szegedi Székely Szekeres Szentes Szentpéteri Szép Szigeti Szigetvári Szilágyi Szili
Szilvási Szirmai Szőke Szöllősi Szőllősi Szücs Szűcs Takács Tamás Tar Tarr Tasi Temesvári Terényi Tihanyi Tímár Török Toth Tóth Tóthné
Urbán Vadász Vajda Vámos Váradi Varga Várkonyi Vas Vásárhelyi Vass Végh Vereb Veres Veress Vida Vígh Vincze Virág Vörös Zágon Zámbó Zsíros
Zsoldos
"""
_OTHER = """
Adams Allen Anderson Andrews Atkinson Bailey Baker Barnes Barnett Bennett Berger Bergmann Böhm Brandt Braun Brooks Brown Bryant Burns
Butler Campbell Carter Chapman Clark Clarke Coleman Collins Cooper Cox Davidson Davies Davis Dixon Edwards Ellis Evans Fischer Fisher
Fletcher Foster Fox Fuchs Gibson Graham Gray Griffin Griffiths Gruber Haas Hahn Hall Hamilton Harris Harrison Hartmann Hayes Henderson
Hill Hofer Hoffmann Hofmann Holmes Huber Hughes Hunt Hunter Jackson Jenkins Jensen Johnson Johnston Jones Kaiser Kaufmann Keller Kelly
Kennedy Klein Knight Koch Köhler Koller König Kraus Krause Krüger Lang Lange Lehmann Leitner Lewis Lloyd Maier Marshall Mason Maurer Mayer
Mayr McDonald Meier Meyer Miller Mills Mitchell Moore Morgan Morris Morrison Moser Müller Murphy Murray Nelson Neumann O'Brien O'Connor
O'Neill Palmer Parker Patel Peters Peterson Pfeiffer Phillips Pichler Powell Ramsey Reid Reiter Reynolds Richards Richardson Richter
Roberts Robertson Robinson Rogers Russell Ryan Sanders Saunders Schäfer Scherer Schmid Schmidt Schmitt Schmitz Schneider Scholz Schröder
Schulz Schulze Schuster Schwartz Schwarz Scott Seidl Shaw Simmons Simpson Smith Spencer Stein Steiner Stevens Stewart Sullivan Taylor
Thompson Thomson Turner Vogel Wagner Walker Wallner Walsh Walter Watson Weber Webster Weiss Wells Werner White Whitfield Wilkinson
Williams Williamson Wilson Wimmer Winkler Winter Wolf Wolff Wright Young Zimmermann
"""


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Return the surnames, folded."""
    return frozenset(fold(name) for name in (*_HUNGARIAN.split(), *_OTHER.split()))
