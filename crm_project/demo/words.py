"""The words that the demo is made of. Addresses end in .example; phone numbers are from ranges that are kept for fiction."""

FIRST_NAMES = (
    "Anna", "Amelie", "Ayşe", "Beate", "Bernd", "Birgit", "Björn", "Carla", "Christoph", "Claudia", "Daniel", "Dilek", "Elif", "Emre",
    "Eva", "Felix", "Florian", "Franziska", "Frieda", "Georg", "Greta", "Hannah", "Heike", "Ines", "Jan", "Jörg", "Jonas", "Judith",
    "Karin", "Katharina", "Klaus", "Lea", "Lena", "Lukas", "Magdalena", "Marco", "Martin", "Mehmet", "Miriam", "Nadine", "Nils", "Nora",
    "Olaf", "Paula", "Philipp", "Ralf", "Renate", "Rosa", "Sabine", "Selin", "Sören", "Stefan", "Susanne", "Tanja", "Thomas", "Tim",
    "Ulrike", "Ute", "Valentin", "Volker", "Wiebke", "Yusuf",
)  # fmt: skip
LAST_NAMES = (
    "Albrecht", "Arslan", "Bachmann", "Bauer", "Behrens", "Böhm", "Brandt", "Busch", "Demir", "Dietrich", "Ebert", "Engel", "Fiedler",
    "Fischer", "Frank", "Fuchs", "Graf", "Groß", "Haas", "Hahn", "Hartmann", "Heinrich", "Hoffmann", "Jäger", "Jansen", "Kaiser", "Kaya",
    "Keller", "Köhler", "Krämer", "Krause", "Kühn", "Lange", "Lehmann", "Lorenz", "Maier", "Meyer", "Möller", "Neumann", "Öztürk", "Otto",
    "Petersen", "Pfeiffer", "Reuter", "Richter", "Roth", "Sauer", "Schäfer", "Schröder", "Schulte", "Seidel", "Sommer", "Stein", "Thiel",
    "Ulrich", "Vogel", "Wagner", "Weiß", "Winkler", "Yıldız", "Zimmermann",
)  # fmt: skip
FOREIGN_PEOPLE = (
    ("Aino", "Korhonen"), ("Amara", "Okafor"), ("Beatriz", "Carvalho"), ("Ciarán", "Byrne"), ("Deepa", "Raman"), ("Élodie", "Marchand"),
    ("Frida", "Lindqvist"), ("Giulia", "Ferrari"), ("Hamish", "Drummond"), ("Ingrid", "Solberg"), ("Jiří", "Dvořák"), ("Kaito", "Mori"),
    ("Łukasz", "Wiśniewski"), ("Mateo", "Quintana"), ("Nadia", "Haddad"), ("Oskar", "Nygård"), ("Priya", "Menon"), ("Quentin", "Lefèvre"),
    ("Ragnhild", "Aasen"), ("Siobhán", "Doyle"), ("Tomás", "Herrera"), ("Ulla", "Sørensen"), ("Vera", "Novak"), ("Wim", "de Vries"),
    ("Xiulan", "Chen"), ("Yannick", "Dubois"), ("Zsófia", "Németh"), ("Halvard", "Eide"), ("Marit", "Bakken"), ("Eirik", "Haugland"),
)  # fmt: skip

# (region of the phone number, city, postcode, country, number up to its last digits). Kept for fiction by the
# Bundesnetzagentur, Ofcom, ARCEP, PTS and the North American plan.
PLACES = (
    ("Hamburg", "20457", "DE", "+49 40 66969 {:03d}"),
    ("Hamburg", "22765", "DE", "+49 40 66969 {:03d}"),
    ("Berlin", "10115", "DE", "+49 30 23125 {:03d}"),
    ("Berlin", "12435", "DE", "+49 30 23125 {:03d}"),
    ("München", "80331", "DE", "+49 89 99998 {:03d}"),
    ("München", "81675", "DE", "+49 89 99998 {:03d}"),
    ("Köln", "50667", "DE", "+49 221 4710 {:03d}"),
    ("Frankfurt am Main", "60311", "DE", "+49 69 90009 {:03d}"),
    ("Offenbach am Main", "63065", "DE", "+49 69 90009 {:03d}"),
)
# By legal form: where such a company is. Without a number where the country keeps none for fiction.
ABROAD = {
    "Ltd": ("London", "E1 6AN", "GB", "+44 20 7946 0{:03d}"),
    "PLC": ("London", "EC2A 4BX", "GB", "+44 20 7946 0{:03d}"),
    "SA": ("Paris", "75011", "FR", "+33 1 99 00 1{:03d}"),
    "SARL": ("Paris", "75003", "FR", "+33 1 99 00 1{:03d}"),
    "SAS": ("Paris", "75019", "FR", "+33 1 99 00 1{:03d}"),
    "AB": ("Stockholm", "111 29", "SE", "+46 8 465 004 {:02d}"),
    "AS": ("Bergen", "5003", "NO", ""),
    "A/S": ("København", "1050", "DK", ""),
    "BV": ("Utrecht", "3511", "NL", ""),
    "KK": ("Osaka", "530-0001", "JP", ""),
    "Kft": ("Győr", "9021", "HU", ""),
    "Lda": ("Porto", "4000-322", "PT", ""),
    "Oy": ("Helsinki", "00100", "FI", ""),
    "SL": ("Valencia", "46001", "ES", ""),
    "Sp. z o.o.": ("Poznań", "61-001", "PL", ""),
    "Srl": ("Milano", "20121", "IT", ""),
    "d.o.o.": ("Maribor", "2000", "SI", ""),
    "s.r.o.": ("Brno", "602 00", "CZ", ""),
}
MOBILE = "+49 171 39200 {:02d}"
STREETS = (
    "Am Kanal", "Am Speicher", "Bahnhofstraße", "Brückenweg", "Deichstraße", "Fabrikstraße", "Gartenweg", "Goethestraße", "Hafenstraße",
    "Im Gewerbepark", "Industriestraße", "Kirchgasse", "Lindenallee", "Marktplatz", "Mühlenweg", "Ringstraße", "Schillerstraße",
    "Schmiedegasse", "Turmstraße", "Werftstraße",
)  # fmt: skip
STREETS_ABROAD = ("Canal Street", "Foundry Lane", "Harbour Road", "High Street", "Mill Road", "Quay Street", "Station Road", "Tower Street")

# (what comes before the legal form, industry key): a family name stands at {}.
TRADES = (
    ("{} Maschinenbau", "manufacturing"), ("{} Präzisionstechnik", "manufacturing"), ("{} Optik", "manufacturing"),
    ("{} Werkzeuge", "manufacturing"), ("{} Anlagenbau", "construction"), ("{} Hochbau", "construction"), ("{} Medizintechnik", "medical"),
    ("{} Labor", "medical"), ("{} Logistik", "logistics"), ("{} Spedition", "logistics"), ("{} Energie", "energy"), ("{} Solar", "energy"),
    ("{} Software", "software"), ("{} Datentechnik", "technology"), ("{} Sensorik", "technology"), ("{} Feinkost", "food"),
    ("{} Brauerei", "food"), ("{} Handel", "retail"), ("{} Saatgut", "agriculture"), ("{} Beratung", "services"),
)  # fmt: skip
FORMS = ("GmbH", "GmbH", "GmbH", "AG", "KG", "GmbH & Co. KG", "OHG", "SE")
FOREIGN_COMPANIES = (
    ("Aasen Marine Instruments", "AS", "manufacturing"), ("Bakken Havbruk", "AS", "food"), ("Byrne Calibration", "Ltd", "services"),
    ("Carvalho Metrologia", "Lda", "technology"), ("Chen Optics", "Ltd", "manufacturing"), ("Doyle Water Systems", "Ltd", "energy"),
    ("Drummond Foundry", "PLC", "manufacturing"), ("Dubois & Filles", "SARL", "food"), ("Dvořák Přesnost", "s.r.o.", "manufacturing"),
    ("Eide Offshore", "AS", "energy"), ("Ferrari Misure", "Srl", "technology"), ("Haddad Medical", "SAS", "medical"),
    ("Haugland Rederi", "AS", "logistics"), ("Herrera Hermanos", "SL", "construction"), ("Korhonen Mittaus", "Oy", "technology"),
    ("Lefèvre Mécanique", "SA", "manufacturing"), ("Lindqvist Laboratorium", "AB", "medical"), ("Marchand Logistique", "SA", "logistics"),
    ("Menon Analytics", "Ltd", "software"), ("Mori Seiki Trading", "KK", "manufacturing"), ("Németh Vizuál", "Kft", "software"),
    ("Novak Avtomatika", "d.o.o.", "technology"), ("Nygård Sensor", "AS", "technology"), ("Okafor Instruments", "Ltd", "manufacturing"),
    ("Quintana Solar", "SA", "energy"), ("Solberg Energi", "AS", "energy"), ("Sørensen Skibsudstyr", "A/S", "logistics"),
    ("de Vries Watertechniek", "BV", "energy"), ("Wiśniewski Automatyka", "Sp. z o.o.", "technology"), ("Raman Textiles", "Ltd", "retail"),
)  # fmt: skip

JOBS = (
    "Head of Purchasing", "Quality Manager", "Managing Director", "Plant Manager", "Technical Director", "Lab Manager", "Buyer",
    "Head of Production", "Project Engineer", "Chief Financial Officer", "IT Manager", "Maintenance Lead",
)  # fmt: skip
FORMS_OF_ADDRESS = ("", "", "", "Dr.", "Prof. Dr.", "Dipl.-Ing.")
PRODUCTS = (
    "Coordinate measuring machine", "Laser scanner", "Surface tester", "Calibration contract", "Torque sensors", "Hardness tester",
    "Flow meters", "Test bench", "Vision system", "Service contract", "Retrofit of the measuring room", "Training for operators",
    "Pressure gauges", "Data logger", "Microscope station", "Spare parts",
)  # fmt: skip
OCCASIONS = ("", "", " for line 2", " for the new plant", ", second phase", ", framework agreement", " for the lab", ", pilot", ", renewal")
TAGS = (
    ("Key account", "violet"),
    ("Trade fair", "blue"),
    ("Urgent", "red"),
    ("Framework agreement", "teal"),
    ("Reference customer", "green"),
)

NOTES = (
    "Wants a revised quotation before the board meets.",
    "Compares us with the current supplier; service times decide.",
    "Budget is confirmed for this quarter.",
    "Asked for a visit to a reference customer.",
    "The legal department is going through our terms.",
    "Prefers German documentation, English is fine for the software.",
    "Interested after the trade fair, but the plant moves first.",
    "Decision is made by three people; purchasing only confirms.",
    "Old machine breaks down about once a month.",
    "Hat nach einer Vorführung im Werk gefragt.",
    "Möchte zuerst ein Gerät zur Probe.",
    "Freigabe durch die Geschäftsführung steht noch aus.",
)
CALLS = (
    ("Talked through the offer", "connected"),
    ("Asked about delivery times", "connected"),
    ("Agreed on a demonstration", "connected"),
    ("Tried to reach them", "no_answer"),
    ("Left a message about the appointment", "left_message"),
    ("Price and payment terms", "connected"),
)
MEETINGS = ("Visit to the plant", "Online demonstration", "Kick-off with the project team", "Negotiation", "Site inspection")
MAILS = ("Quotation sent", "Data sheets as promised", "Questions about the interface", "Minutes of our meeting", "Reminder of the offer")
TASKS = (
    "Call back about the offer",
    "Send the revised quotation",
    "Prepare the demonstration",
    "Ask for the purchase order",
    "Check delivery dates with production",
    "Arrange a visit to a reference customer",
    "Clarify the interface to their system",
    "Send the contract",
)
LOSS_NOTES = {
    "price": "The other offer was about a tenth lower.",
    "competitor": "Stays with the present supplier.",
    "no_budget": "Investment stopped until next year.",
    "no_decision": "The project was put on hold.",
    "timing": "The plant moves first.",
    "no_answer": "",
}
LEAD_NOTES = (
    "Asked through the website for a data sheet.",
    "Met at the stand, wants a call next week.",
    "Referred by a customer.",
    "Looks for a replacement of an old machine.",
    "Wants to know about calibration on site.",
)
