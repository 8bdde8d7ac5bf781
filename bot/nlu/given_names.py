"""Common given names in Hungary and in English- and German-speaking countries, short forms too; our own list, by which a name is told from other words."""

from __future__ import annotations

from functools import lru_cache

from bot.nlu.folding import fold

_HUNGARIAN = """
Abigél Ádám Adél Adina Adorján Adrián Adrianna Adrienn Ágnes Ágota Aida Ákos Aladár Alajos Albert Albin Alex Alexander Alexandra Alfréd
Alina Aliz Alíz Alma Amália Amanda Ambrus Anasztázia Andor András Andrea Andris Anett Angéla Angelika Angyalka Anikó Anilla Anita Anna
Antal Antónia Aranka Arnold Áron Árpád Attila Auguszta Aurél Aurélia Aurora Balambér Balázs Bálint Barbara Barbi Barna Barnabás Bea Beáta
Beatrice Beatrix Béla Bence Bendegúz Benedek Benjámin Benő Bernadett Bernadetta Bernát Berta Bertalan Betti Bettina Bianka Blanka Boglárka
Bonifác Borbála Bori Borisz Borka Boróka Botond Brigitta Bruna Brúnó Cecília Cili Cintia Ciprián Cirill Claudia Csaba Csanád Csenge Csilla
Csongor Dalma Damián Damján Dana Dani Dániel Dániela Daniella Dávid Debóra Demeter Dénes Denisz Dezső Diána Dominik Dominika Domonkos
Dömötör Donát Dóra Dóri Dorián Dorina Dorka Dorottya Dzsenifer Dzsesszika Ede Edgár Edina Edit Edmond Edmund Edvárd Edvin Egon Elek Elemér
Elena Eleonóra Eliza Elizabet Elvira Elza Emese Emil Emili Emília Emma Emőke Endre Eni Enikő Erik Erika Erna Ernő Ervin Erzsébet Erzsi
Eszter Eta Etele Etelka Etus Eugénia Éva Evelin Evelina Évi Fabián Fábián Fanni Fanny Felícia Félix Ferenc Feri Filip Flóra Flórián
Franciska Frida Friderika Frigyes Fruzsina Fülöp Gabi Gábor Gabriella Gáspár Gedeon Gellért Gerda Gergely Gergő Geri Gertrúd Géza Gina
Gitta Gizella Gréta Gusztáv Gyöngyi György Györgyi Györgyike Győző Gyula Gyuri Gyurka Hajnalka Hana Hanna Harriet Hedvig Helén Heléna
Helga Helka Henriett Henrietta Henrik Hermann Hermina Hilda Huba Hubert Hugó Hunor Ibolya Ica Ida Ignác Igor Ildikó Ili Ilka Ilma Ilona
Iluska Imre Inez Inge Ingrid Irén Irina Iringó Irisz Irma István Iván Ivett Ivetta Ivica Ivó Iza Izabell Izabella Izidor Izsák Jácint
Jácinta Jakab Jancsi Janek Jani Janka János Jázmin Jennifer Jenő Jessica Joel Johanna Jolán Jónás Jonatán József Józsi Judit Juli Júlia
Julianna Julietta Juliska Julius Jusztin Kálmán Kamill Kamilla Karcsi Karina Karolina Károly Kata Katalin Katerina Kati Katinka Katka
Kelemen Kende Kevin Kiara Kincső Kinga Kira Kitti Kitty Klára Klári Klarissza Klaudia Kolos Konrád Konstantin Koppány Korina Kornél
Kornélia Kristóf Kriszta Kriszti Krisztián Krisztiána Krisztina Krisztofer Laci Lajos Lana Lara Larissza László Laura Lázár Lea Lehel
Leila Lejla Léna Lénárd Lenke Leó Leon Leonárd Leonóra Leopold Letícia Levente Lia Liána Lidia Lili Lilian Liliána Lilla Lina Linda Linett
Lívia Liza Lola Lolita Lóra Loránd Lóránd Lóránt Loretta Lőrinc Lotte Lotti Luca Lucia Lúcia Luciana Ludovika Luiza Lujza Lukács Magda
Magdaléna Magdi Magdolna Maja Majka Malvin Malvina Manfréd Manó Manuéla Marcel Marcell Marcella Margaréta Margarita Margit Mari Mária
Mariann Marianna Marietta Marika Marina Márió Mariska Máriusz Márk Markó Márkó Márkus Márta Martin Martina Márton Máté Matild Matilda
Mátyás Maximilián Medárd Melani Melánia Melinda Melissza Menyhért Mercédesz Merse Mia Mici Mihály Miklós Milán Minna Mira Mirabella
Miranda Mirella Mirjam Mirtill Misa Misi Miska Móni Mónika Mózes Nadia Nadin Nándor Naómi Natali Natália Nátán Natasa Nati Nelli Netti
Niki Nikol Nikola Nikolász Nikolett Nikoletta Nimród Nina Noel Noella Noémi Nóra Norbert Nórika Norina Ödön Olga Oliver Olivér Olívia Örs
Orsi Orsika Orsolya Oszkár Oszvald Ottília Ottó Pál Pali Pamela Panka Panna Panni Pannika Patrícia Patrik Paula Paulina Péter Peti Petra
Petronella Philip Piroska Pista Polli Rafael Ráhel Rajmund Ramón Ramóna Rebeka Regina Regő Réka Renáta René Reni Rezső Ria Richárd Ricsi
Rikárdó Rita Róbert Roberta Robi Roland Romina Róza Rozália Rózália Rozi Rozina Rozmari Rózsa Ruben Rubina Rudolf Ruth Sámuel Sándor Sanyi
Sára Sári Sárika Sarlott Sarolta Sebestyén Sebi Selma Simon Simona Skarlett Soma Stefán Stefánia Stella Szabi Szabina Szabolcs Szabrina
Szandi Szandra Szebasztián Szilárd Szilvána Szilveszter Szilvi Szilvia Szimóna Szimonetta Szófia Szonja Szörény Szvetlana Tádé Taksony
Tamara Tamás Tamina Tatjána Tekla Teodor Teodóra Teréz Terézia Teri Terka Tétény Tiána Tibi Tibor Tihamér Tímea Timi Timóteus Tina Titusz
Tivadar Tóbiás Tódor Tomi Tünde Tündi Ulrik Urszula Valentin Valentina Valér Valéria Vali Vanda Vanessza Vazul Vencel Vendel Vera Veri
Verina Verka Veronika Vicky Vidor Viki Viktor Viktória Viktorina Vilhelmina Vili Vilma Vilmos Vince Vincent Viola Violetta Virág Viviána
Vivien Vladimír Xavér Xénia Zádor Zalán Zdenka Zenkő Zente Zétény Zita Zoárd Zoé Zója Zoli Zoltán Zóra Zorán Zorka Zsaklin Zsanett Zsanna
Zsiga Zsigmond Zsófi Zsófia Zsóka Zsolt Zsombor Zsuzsa Zsuzsanna Zsuzsi Zsuzska
"""
_ENGLISH = """
Aaron Abby Abigail Ada Adam Adele Adrian Agnes Aidan Aimee Alan Alana Alastair Albert Alec Alex Alexander Alexandra Alexis Alfie Alfred
Alice Alicia Alisha Alison Alistair Allan Allison Alma Alyssa Amanda Amber Amelia Amelie Amy Anastasia Andrea Andrew Andy Angela Angelica
Angus Anita Ann Anna Annabel Annabelle Anne Annette Annie Anthony April Archie Ariana Arnold Arthur Ashley Audrey August Augusta Ava
Barbara Barry Beatrice Becky Bella Ben Benjamin Bernadette Bernard Bernice Bertha Beth Bethany Betty Beverly Bill Billy Blake Bob Bobby
Bonnie Brad Bradley Brandon Brandy Brenda Brent Brett Brian Bridget Brittany Bruce Bryan Byron Caitlin Caleb Callum Cameron Camilla
Candice Carl Carla Carly Carmen Carol Caroline Carolyn Carrie Cassandra Catherine Cecilia Celia Chad Charles Charlie Charlotte Chelsea
Cheryl Chester Chloe Chris Christian Christie Christina Christine Christopher Cindy Claire Clara Clarence Clark Claude Claudia Clifford
Clinton Clive Clyde Cody Cole Colin Connor Constance Corey Cory Courtney Craig Crystal Curtis Cynthia Cyril Daisy Dale Damian Damien Dan
Dana Daniel Danielle Daphne Darlene Darren Darryl Dave David Dawn Dean Debbie Deborah Debra Declan Denise Dennis Derek Desmond Diana Diane
Dominic Don Donald Donna Doreen Doris Dorothy Doug Douglas Duane Duncan Dustin Dylan Earl Edgar Edith Edmund Edward Edwin Eileen Elaine
Eleanor Elena Eli Elijah Elise Elizabeth Ella Ellen Ellie Elliot Elliott Elsie Emilia Emily Emma Emmanuel Enrique Eric Erin Ernest Esther
Ethan Ethel Eugene Eunice Eva Evan Eve Evelyn Faith Faye Felicity Felix Fergus Fernando Finley Finn Fiona Florence Floyd Frances Francis
Frank Frankie Franklin Fred Freddie Frederick Freya Gabriel Gabrielle Gail Gareth Gary Gavin Gemma Gene Geoff Geoffrey George Georgia
Gerald Geraldine Gilbert Gillian Gina Ginger Glen Glenda Glenn Gloria Gordon Grace Graham Grant Greg Gregory Gwen Gwendolyn Hailey Hannah
Harley Harold Harriet Harry Harvey Hazel Heather Heidi Helen Henrietta Henry Herbert Herman Hilary Holly Hope Howard Hugh Hugo Humphrey
Iain Ian Ida Imogen Irene Iris Irma Irving Isaac Isabel Isabella Isla Ivan Ivy Jack Jackie Jackson Jacob Jacqueline Jade Jake James Jamie
Jane Janet Janice Janine Jared Jasmine Jason Jasper Jay Jayden Jean Jeanette Jeanne Jeff Jeffrey Jenna Jennifer Jenny Jeremy Jerome Jerry
Jess Jesse Jessica Jessie Jill Jillian Jim Jimmy Joan Joanna Joanne Jodie Joe Joel John Johnny Jon Jonah Jonathan Jordan Jorge Jose
Joseph Josephine Josh Joshua Joy Joyce Juan Juanita Judith Judy Julia Julian Julie June Justin Kara Karen Karl Kate Katherine Kathleen
Kathy Katie Katrina Kay Kayla Keira Keith Kelly Kelsey Ken Kendra Kenneth Kerri Kerry Kevin Kim Kimberly Kirsten Kristen Kristin Kristina
Kurt Kyle Lance Lara Larry Latoya Laura Lauren Laurence Lawrence Leah Lee Leigh Lena Leo Leon Leonard Leroy Leslie Lester Lewis Liam Lily
Linda Lisa Lloyd Logan Lois Loretta Lorraine Louis Louisa Louise Lucas Lucy Luis Luke Lydia Lyn Lynn Mabel Maddie Madison Malcolm Mandy
Manuel Marc Marcia Marcus Margaret Margot Maria Marian Marianne Marie Marilyn Marion Marjorie Mark Marlene Marshall Martha Martin Marvin
Mary Mathew Matilda Matt Matthew Maureen Maurice Mavis Max May Meg Megan Meghan Melanie Melissa Mia Michael Michelle Mike Mildred Miles
Millie Milton Miranda Miriam Mitchell Mohammed Moira Molly Monica Morgan Muriel Myra Nadine Nancy Naomi Natalie Natasha Nathan Nathaniel
Ned Neil Nellie Nelson Nicholas Nick Nicola Nicole Nigel Nina Noah Nora Norma Norman Olive Oliver Olivia Ollie Opal Oscar Otto Owen Paige
Pamela Pat Patricia Patrick Patsy Patty Paul Paula Pauline Pearl Penelope Penny Percy Perry Peter Phil Philip Philippa Phillip Phoebe
Phyllis Pierre Poppy Preston Priscilla Quentin Rachel Ralph Randall Randy Ray Raymond Rebecca Reece Reginald Renee Rhys Ricardo Richard
Rick Ricky Riley Rita Rob Robert Roberta Robin Roderick Rodney Roger Roland Ron Ronald Ronnie Rory Rosa Rosalind Rose Rosemary Rosie Ross
Roxanne Roy Ruby Rudy Rufus Russell Ruth Ryan Sabrina Sadie Sally Sam Samantha Samuel Sandra Sara Sarah Saul Scott Sean Sebastian Selena
Seth Shane Shannon Sharon Shaun Shawn Sheila Shelley Sherry Shirley Sidney Sienna Silvia Simon Sofia Sonia Sonja Sophia Sophie Spencer
Stacey Stan Stanley Stella Stephanie Stephen Steve Steven Stewart Stuart Sue Summer Susan Suzanne Sybil Sylvia Tabitha Tamara Tammy Tanya
Tara Ted Teddy Teresa Terry Tess Tessa Thelma Theo Theodore Theresa Thomas Tiffany Tim Timmy Timothy Tina Toby Todd Tom Tony Tracy Travis
Trevor Tricia Troy Tyler Tyrone Ursula Valerie Vanessa Vera Vernon Veronica Vicki Vicky Victor Victoria Vincent Viola Violet Virginia
Vivian Wallace Walter Warren Wayne Wendy Wesley Wilfred Will William Willie Winifred Winston Yolanda Yvette Yvonne Zach Zachary Zara Zoe
"""
_GERMAN = """
Adelheid Albrecht Alois Andreas Anette Angelika Anja Anke Anneliese Annemarie Annika Antje Anton Antonia Armin Arnd Arne Arno Astrid Axel
Bärbel Bastian Beate Benedikt Benno Bernd Bernhard Bertram Birgit Birgitta Björn Boris Brigitte Britta Burkhard Cäcilia Carina Carsten
Christa Christel Christiane Christof Christoph Clemens Corinna Cornelia Daniela Detlef Dieter Dietmar Dietrich Dirk Dominik Dorothea
Eberhard Eckhard Edeltraud Egon Elfriede Elias Elisabeth Elke Elmar Else Emil Enno Erich Ernst Erwin Ewald Fabian Florian Franz Franziska
Frauke Frieda Friederike Friedrich Fritz Gabriele Georg Gerd Gerda Gerhard Gerlinde Gernot Gert Gertrud Gisela Gottfried Götz Gregor
Gudrun Guido Gunter Günter Günther Hanna Hannelore Hannes Hans Harald Hartmut Heike Heiko Heiner Heinrich Heinz Helga Helmut Helmuth
Henning Henrik Hermann Hildegard Holger Horst Ilse Ines Inga Inge Ingeborg Ingo Ingrid Irmgard Isabell Isabelle Jakob Jan Jana Jannik Jens
Joachim Jochen Johann Johanna Johannes Jonas Jörg Josef Jürgen Jutta Kai Karin Karla Karlheinz Karola Karsten Katharina Kathrin Katja
Katrin Kerstin Kilian Klara Klaus Konrad Konstantin Lars Leni Leonie Lieselotte Lothar Ludwig Luisa Lukas Lutz Manfred Manuela Marcel
Marco Mareike Margarete Margit Marina Marius Marko Markus Marlies Martina Mathias Mathilde Matthias Maximilian Meike Michaela Mirjam
Monika Moritz Nadja Niklas Nikolaus Nils Norbert Olaf Oskar Pascal Petra Philipp Rainer Ralf Regina Reiner Reinhard Reinhold Renate Rolf
Rosemarie Rosmarie Rüdiger Rudolf Sabine Sascha Saskia Siegfried Sigrid Silke Simone Stefan Stefanie Steffen Steffi Susanne Sven Svenja
Swen Tanja Tatjana Thea Theodor Theresia Thilo Thorsten Till Tilo Tobias Torben Torsten Udo Ulf Ulla Ulrich Ulrike Ute Uwe Valentin Verena
Veronika Viktor Viktoria Volker Walburga Waltraud Waltraut Werner Wilfried Wilhelm Wilhelmine Willi Winfried Wolf Wolfgang Wolfram
"""


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Return the names as they are written, by their folded form; of two that fold alike the Hungarian one."""
    return {fold(name): name for name in (*_GERMAN.split(), *_ENGLISH.split(), *_HUNGARIAN.split())}
