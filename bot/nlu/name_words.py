"""Words that stand beside names without being one, and names that are other words as well; all folded."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# These end a name.
STOP = _words(
    """
    a afternoon aki ami and at az azure basic bt business but csak csutortok de dear dr en es ez february for friday from gmbh good halo
    hello her here hetfo hey hi his hogy i in inc is it itt january jo kedd kedves kft lesz lett ltd majd mar meg mert mi microsoft miss
    monday morning mr mrs ms my nagyon napot nem not now nyrt of office ok on or ott our pentek power premium prof right saturday so
    standard sunday szerda szia sziasztok szombat te teams the their they thursday tisztelt tuesday udv ugye vagy vagyok vasarnap very
    volt was we wednesday who will with wrong you your zrt
    """
)
# Given names that are other words as well, or places or months: only with a surname.
NOT_ALONE = _words(
    """
    alma angel angelica antal april art august augusta bella bill brad brandy carmen carol chelsea chester christian christie clay
    crystal daisy dale dan dani dawn dean don donat drew earl ede edit elek ella else eni eta eve faith florence frank gail gene georgia
    ginger glen grace grant hazel heather holly hope hunor ibolya ica ili iris ivy jade jan jay jordan joy june kamill kay ken kincso
    lance leslie lily lola madison marina mark max may melody miles mimi ned olive opal ors paige pal pat pearl penny poppy ray rego ria
    rick rob robin rosa rose ross roy rozsa ruby sebi sidney soma stan star sue summer till tim troy vali van veri victoria vid vida
    vince viola violet virag virginia will wolf zeno
    """
)
# With one of these in or right behind it, two capitalised words are a company, a product or a place.
NOT_PERSON = _words(
    """
    account accounting ag alapitvany aruhaz autohaz autoszerviz ave avenue bakery bank billing bolt boulevard bt budapest bv ceg center
    centre centrum city clinic cloud co college commerce company consult consulting contact copilot corp corporation csoport cukraszda
    customer defender design dynamics egyesulet egyetem elofizetes enterprise entra essentials etterem ev excel exchange februar finance
    foundation gimnazium gmbh group gyogyszertar hid holding hospital hotel inc intune invest invoice iskola januar kapcsolattarto kft
    kg kkt klinika konyveles korhaz korut koz lakopark lane licenc licence license limited llc llp logistics ltd media museum muzeum
    number nv nyrt ohg onedrive online order outlook oy panzio park partner partners patika payment pekseg penzugy pharmacy plan plc
    portal professional project rakpart rd road rt sa saint sales school se server service services setany sharepoint shop soft software
    solution solutions spa square srl sro store strasse street studio subscription support system systems szamla szent szerviz tarsa
    tarsasag team ter tere trade trading transport u ugyfel university ut utca uti utja uzlet vallalat vienna visio wien windows word
    zrt
    """
)
# What begins a sentence with a capital and is followed by a name, so that it is no surname.
OPENING = _words(
    """
    about according add adja adjak after again ahogy akkor also am amikor amint apparently are as ask aunt be because been before being
    beszelt beszeltem boss both by call can cc change contact copy could delelott delete delutan did do does eddig elott elotte email
    este even ezentul ezert ezutan father fonokom fonokunk former forward give ha had hany has have helyett hivja hivjak hivtam hol
    holnap hova how if igen illetve inkabb instead invite irjanak irjon irta irtam just kaptam kerem kerjuk kerlek kernem kerte ki kinek
    kivel kollegam kolleganom korabbi koszi koszonom kozben kuldjek kuldte kuldtem later legkozelebb legyen let ma mail make masik may
    maybe meanwhile megint mellett melyik mennyi mi miert might mikor milyen mit mivel most mostantol mr munkatarsunk must nalunk neki
    new no o ok okay old once only our pedig per perhaps persze please put re regarding reggel regi remove replace rola sajnos see send
    set shall should since sister sorry still szamunkra szegeny szoval talan tegnap tegnapelott tegye tegyek tehat tell thank thanks
    that then there these this those ti titkarnonk to today tole tomorrow torolje toroljek ugy ugyfelunk ugyhogy uj ujra uncle
    unfortunately unless until use utana valamint vegye vegyek vele via viszont were what when where which while why would write yes
    yesterday
    """
)
WEEKDAYS = _words("monday tuesday wednesday thursday friday saturday sunday hetfo kedd szerda csutortok pentek szombat vasarnap")
