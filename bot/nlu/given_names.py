"""Common given names in Hungary and in English-speaking countries, short forms too; our own list, by which a name is told from other words."""

from __future__ import annotations

from functools import lru_cache

from bot.nlu.folding import fold

_HUNGARIAN = """
Adél Ádám Adrienn Ágnes Ágota Ákos Alexandra Aliz Alíz Amália Amanda Anasztázia András Andrea Andris Anett Anikó Anita Anna Antal Áron
Árpád Attila Balázs Bálint Barbara Barna Barnabás Bea Beáta Béla Bence Bendegúz Benedek Benjámin Bernadett Bertalan Bettina Bianka Boglárka
Borbála Boróka Botond Brigitta Csaba Csenge Csilla Csongor Dalma Dániel Dani Dávid Dénes Dezső Diána Dominik Domonkos Dóra Dóri Dorina Dorottya
Edina Edit Elemér Elek Emese Emil Emília Emma Endre Enikő Erik Erika Ernő Ervin Erzsébet Erzsi Eszter Etelka Éva Evelin Fanni Ferenc Feri Flóra
Flórián Fruzsina Gábor Gabi Gabriella Gellért Gergely Gergő Gertrúd Gitta Gizella György Gyöngyi Gyula Hajnalka Hanna Hedvig Helga Henrietta
Hunor Ibolya Ildikó Ilona Imre Irén Irma István Iván Izabella János Jázmin Jenő Jolán József Jozsef Judit Julianna Júlia Juli Kálmán Karolina
Károly Katalin Kata Kati Kinga Kitti Klára Klaudia Koppány Kornél Kornélia Kriszta Krisztián Krisztina Kriszti Kristóf Lajos Laci László
Laura Lehel Levente Lidia Lili Lilla Lóránt Loránd Luca Lujza Lukács Magdolna Magdi Marcell Margit Mária Mari Mariann Marianna Márk Márta Márton
Máté Mátyás Melinda Mihály Miklós Milán Miranda Mónika Móni Mónika Nándor Natália Nikolett Niki Nikoletta Nóra Noémi Norbert Olga Olivér Olívia
Orsolya Orsi Ottó Pál Pali Panna Patrícia Patrik Péter Peti Petra Pista Piroska Ramóna Réka Rebeka Regina Renáta Richárd Rita Robi Róbert Roland
Róza Rózsa Rudolf Sándor Sanyi Sára Sarolta Simon Soma Szabina Szabolcs Szandra Szilárd Szilveszter Szilvia Szimonetta Szonja Tamara Tamás Tekla
Teréz Teri Tibor Tihamér Tímea Timi Tivadar Tünde Ulrik Valéria Vanda Vera Veronika Viktor Viktória Viki Vilmos Vince Virág Vivien Xénia Zalán
Zita Zoltán Zoli Zoé Zsanett Zsigmond Zsófia Zsófi Zsolt Zsombor Zsuzsa Zsuzsanna Zsuzsi
"""
_ENGLISH = """
Aaron Abigail Adam Adrian Aidan Alan Albert Alex Alexander Alice Alison Amanda Amber Amelia Amy Andrea Andrew Andy Angela Ann Anna Anne Anthony
Arthur Ashley Barbara Ben Benjamin Beth Bethany Bob Brandon Brenda Brian Bruce Caitlin Cameron Carl Carol Caroline Catherine Charles Charlie
Charlotte Chloe Chris Christian Christina Christine Christopher Claire Clara Colin Connor Craig Cynthia Daisy Dan Daniel Danielle Dave David Dawn
Deborah Denise Dennis Diana Diane Donald Donna Dorothy Douglas Duncan Dylan Edward Eileen Elaine Eleanor Elizabeth Ella Ellen Emily Emma Eric
Erin Ethan Eva Evan Evelyn Fiona Florence Frances Francis Frank Fred Freya Gareth Gary Gavin George Georgia Gerald Gillian Gloria Gordon
Graham Greg Gregory Hannah Harold Harriet Harry Heather Helen Henry Holly Howard Hugh Iain Ian Imogen Isaac Isabel Isabella Isla Jack Jacob
Jacqueline Jake James Jamie Jane Janet Janice Jasmine Jason Jean Jeff Jeffrey Jennifer Jenny Jeremy Jerry Jesse Jessica Jim Joan Joanna Joanne Joe
Joel John Jonathan Jordan Joseph Josh Joshua Joyce Judith Judy Julia Julian Julie Justin Karen Kate Katherine Kathleen Katie Keith Kelly Ken
Kenneth Kevin Kim Kimberly Kyle Laura Lauren Lawrence Leah Lee Leo Leon Lewis Liam Lily Linda Lisa Logan Louis Louise Lucas Lucy Luke Lynn
Madison Marcus Margaret Maria Marie Marilyn Mark Martha Martin Mary Matt Matthew Max Megan Melanie Melissa Mia Michael Michelle Mike Mohammed
Molly Naomi Natalie Nathan Neil Nicholas Nick Nicola Nicole Nigel Noah Nora Oliver Olivia Oscar Owen Pamela Patricia Patrick Paul Paula
Peter Phil Philip Phoebe Rachel Ralph Raymond Rebecca Richard Rob Robert Robin Roger Ronald Rory Rosie Ross Roy Russell Ruth Ryan
Sally Sam Samantha Samuel Sandra Sara Sarah Scott Sean Sharon Shirley Simon Sophia Sophie Stacey Stephanie Stephen Steve Steven Stuart Sue Susan
Suzanne Tanya Teresa Terry Theo Theresa Thomas Tim Timothy Tina Toby Todd Tom Tony Tracy Tyler Vanessa Victor Victoria Vincent Virginia Walter
Wayne Wendy William Zachary Zoe
"""


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Return the names as they are written, by their folded form; of two that fold alike the Hungarian one."""
    return {fold(name): name for name in (*_ENGLISH.split(), *_HUNGARIAN.split())}
