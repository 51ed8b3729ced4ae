"""Family and given names of many traditions and scripts, in lists of our own.

A name of another script carries its Latin spelling after `=`; `/` parts the men's from the women's form of a family name.
"""

from __future__ import annotations

from typing import NamedTuple


class Tradition(NamedTuple):
    """How the families of one tradition name their children.

    `order`: `comma` (family and given name kept apart), `whole` (one name, family first), `given_first` (one name, given
    name first). `tones` and `hairs` index the palettes of the portraits.
    """

    families: tuple[str, ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    order: str = "comma"
    language: str = "English"
    tones: str = "0123"
    hairs: str = "012345"


def _made(
    families: str,
    girls: str,
    boys: str,
    order: str = "comma",
    language: str = "English",
    tones: str = "0123",
    hairs: str = "012345",
) -> Tradition:
    return Tradition(_spread(families), _spread(girls), _spread(boys), order, language, tones, hairs)


def _spread(names: str) -> tuple[str, ...]:
    """Names with a blank in them are parted by `;`, others by blanks."""
    return tuple(name.strip() for name in names.split(";" if ";" in names else None))


TRADITIONS: dict[str, Tradition] = {
    "english": _made(
        "Abbott Ashdown Bagshaw Barlow Beckett Birch Blackwood Brampton Carver Chadwick Coleman Cooper Cresswell Dalton Dawson "
        "Draper Ellison Fairfax Fletcher Garland Gibbons Hadley Harcourt Hartley Holloway Jarvis Kendall Langford Lockwood "
        "Marlow Mercer Naylor Norwood Oakley Parsons Pemberton Quill Radcliffe Redfern Sawyer Seymour Shelby Thornton Tilbury "
        "Underhill Vickers Wakefield Whitlock Winslow Yardley",
        "Abigail Alice Amber Beatrice Bethany Charlotte Chloe Daisy Eleanor Emily Florence Freya Georgia Grace Hannah Harriet "
        "Imogen Isla Ivy Jasmine Lily Lucy Matilda Megan Molly Olivia Phoebe Poppy Rosie Ruby Sophie Tabitha Willow Zara",
        "Adam Alfie Archie Benjamin Callum Charlie Daniel Edward Elliot Ethan Felix Finlay Freddie George Harry Henry Hugo "
        "Isaac "
        "Jack Jacob Joseph Leo Lewis Luke Max Nathan Noah Oliver Oscar Reuben Samuel Theo Toby William",
    ),
    "scottish": _made(
        "Abercrombie Buchanan Campbell Dunbar Farquhar Galbraith Kincaid Lennox MacAskill MacLeod McAllister McBride McGregor "
        "Menzies Ogilvie Rutherford Sinclair Urquhart",
        "Ailsa Catriona Eilidh Fiona Iona Kirsty Mairi Morven Skye Una",
        "Alasdair Angus Callum Ewan Fergus Hamish Iain Lachlan Ruaridh Struan",
        hairs="012334",
    ),
    "irish": _made(
        "O’Brien;O’Brien-Ó Súilleabháin;O’Connell;O’Dwyer;O’Hara;O’Mahony;O’Neill;O’Rourke;O’Sullivan;Ó Briain/Ní "
        "Bhriain;"
        "Ó Domhnaill/Ní Dhomhnaill;Ó Faoláin/Ní Fhaoláin;Ó Murchú/Ní Mhurchú;Mac Cárthaigh/Nic Cárthaigh;Fitzgerald;"
        "Gallagher;Kavanagh",
        "Aoife Bláthnaid Caoimhe Ciara Clodagh Éabha Gráinne Máire Niamh Órla Róisín Saoirse Síle Sinéad",
        "Aodhán Cathal Cian Cillian Colm Conor Daithí Eoin Fionn Oisín Pádraig Rónán Séamus Seán Tadhg",
        hairs="012344",
    ),
    "maori": _made(
        "Ihaka;Rāwiri;Tamihana;Ngata;Parata;Te Rangi;Te Aho;Te Kanawa;Tūhoro;Hēnare;Waititi;Paewai;Hōhepa;Māhuika;Pōtae;"
        "Rangihuna;"
        "Whaanga;Kerekere;Mātene;Tautahi;Pōmare;Kīngi",
        "Aroha Anahera Hana Hinemoa Huia Kahurangi Kiri Māia Mereana Moana Ngaio Ngaire Pania Rangimārie Tia Waimarie Wikitōria",
        "Tāne Wiremu Hēmi Kahu Manaia Matiu Mikaere Nikau Pita Rāwiri Rewi Rongo Tama Tāwhiri Tīpene Tū Whetū",
        language="Te reo Māori",
        tones="2334",
        hairs="0011",
    ),
    "pasifika": _made(
        "Faʻasavalu Tuala Leota Tuilagi Fonoti Aumua Lolohea Tupou Taufaʻahau Vaʻai Seumanutafa Matagi Tāvaga Kāinga Veikoso",
        "Sina Lupe Mele Lālelei Ana Salote Teuila Vaimoana Losa Talia",
        "Sione Tavita Semisi Manu Malakai Peni Ioane Tevita Filipo Loto",
        language="Gagana Sāmoa",
        tones="334",
        hairs="001",
    ),
    "spanish": _made(
        "Hernández;Peña;Núñez;Ibáñez;Muñoz;Gutiérrez;Cárdenas;Zúñiga;Quiñones;Beltrán;Ordóñez;Márquez;Castellanos;"
        "Villaseñor;de la Cruz",
        "Lucía Sofía Inés Belén Ximena Valentina Noemí Rocío Camila Julia Maite Pilar",
        "Andrés Íñigo Joaquín Raúl Tomás Mateo Nicolás Óscar Sebastián Álvaro Darío Emilio",
        language="Español",
        tones="1223",
        hairs="0011",
    ),
    "portuguese": _made(
        "Gonçalves;Simões;Conceição;Magalhães;Falcão;Araújo;Guimarães;Brandão;dos Santos;Assunção",
        "Luísa Inês Beatriz Conceição Mariana Júlia Antónia Lívia",
        "João Tomé Simão Inácio Estêvão Vítor Gonçalo Caetano",
        language="Português",
        tones="1234",
        hairs="0011",
    ),
    "french": _made(
        "Lefèvre;Béranger;Chevrolier;Daubigné;Français;Gauthier;Hébrard;Maréchal;Noël;Périgord;Thévenet;L’Hermitte;d’Aubigny",
        "Élodie Chloé Maëlle Océane Zoé Noémie Léa Anaïs Margaux Inès",
        "Rémi Théo Loïc Gaël Noé Étienne Raphaël Jérôme Zéphyr Benoît",
        language="Français",
        tones="0124",
        hairs="0123",
    ),
    "german": _made(
        "Müller Böhm Schröder Weiß Krüger Lindenfels Großmann Hölderle Jäger Köhler Vogelsang Strauß",
        "Grete Käthe Lotte Mathilde Jördis Annelie Frieda Liesel",
        "Jürgen Götz Matthäus Lukas Emil Björn Anton Till",
        language="Deutsch",
        tones="0012",
        hairs="012345",
    ),
    "nordic": _made(
        "Ødegård Bjørnstad Sørensen Lindström Åkesson Hämäläinen Mäkinen Nygård Sjögren Østergaard Väisänen Fjällström",
        "Åsa Linnéa Sólveig Märta Bodil Aino Päivi Signe",
        "Bjørn Søren Åke Eero Väinö Håkon Leif Gösta",
        language="Svenska",
        tones="001",
        hairs="12355",
    ),
    "icelandic": _made(
        "Þórsson/Þórsdóttir Guðmundsson/Guðmundsdóttir Sæmundsson/Sæmundsdóttir Jökulsson/Jökulsdóttir Ægisson/Ægisdóttir "
        "Birgisson/Birgisdóttir",
        "Þórdís Sigríður Ásdís Guðrún Hrafnhildur Æsa Björk",
        "Þór Guðjón Hjörtur Ragnar Sæþór Ásgeir Ólafur",
        language="Íslenska",
        tones="001",
        hairs="1355",
    ),
    "polish": _made(
        "Łukasiewicz Wiśniewski/Wiśniewska Zieliński/Zielińska Wójcik Dąbrowski/Dąbrowska Źrebiec Gołąb Kościuk Świątek "
        "Jędrzejczyk "
        "Chrząszcz Śliwiński/Śliwińska",
        "Zuzanna Małgorzata Agnieszka Łucja Bożena Jagoda Kinga Wisława",
        "Łukasz Stanisław Błażej Paweł Wojciech Mikołaj Zdzisław Grześ",
        language="Polski",
        tones="0112",
        hairs="11235",
    ),
    "czech": _made(
        "Dvořáček/Dvořáčková Němec/Němcová Růžička/Růžičková Šťastný/Šťastná Kučera/Kučerová Hrubeš/Hrubešová Žižka/Žižková",
        "Běla Kateřina Růžena Zdeňka Šárka Eliška",
        "Jiří Matěj Ondřej Tomáš Vojtěch Štěpán",
        language="Čeština",
        tones="001",
        hairs="1123",
    ),
    "south_slavic": _made(
        "Jovanović Đorđević Šarić Živković Marušič Hadžić Kovačević Begović Žnidaršič Ćosić",
        "Jasna Živa Đurđica Mirjana Nataša Špela Anđela",
        "Miloš Đorđe Saša Zdravko Željko Anže Siniša",
        language="Srpski",
        tones="0122",
        hairs="0112",
    ),
    "turkish": _made(
        "Yıldırım Öztürk Şahin Çelik Gündoğdu Kılıç Aydoğan İpekçi Uğurlu Güneş Erdoğmuş",
        "Ayşe Gülşen İpek Zeynep Çiğdem Şebnem Işıl",
        "Emre İsmail Çağlar Oğuz Yiğit Barış Şükrü",
        language="Türkçe",
        tones="1122",
        hairs="0011",
    ),
    "west_african": _made(
        "Okonjo Adébáyọ̀ Ọlátúnjí Nwachukwu Mensah Owusu Diallo Traoré Ezeugo Ọ̀ṣúndáre Boateng Nkemelu",
        "Adaeze Ngozi Akosua Fatou Ìfẹ́olúwa Chiamaka Yaa Mariama",
        "Chinedu Kwabena Ọláwálé Emeka Ousmane Kofi Ìdòwú Sékou",
        tones="45",
        hairs="00",
    ),
    "east_african": _made(
        "Wanjiru Kamau Otieno Tesfaye Haile Abdi Mohamud Warsame Kiprono Achieng",
        "Hodan Selamawit Wairimu Amina Zawadi Hirut",
        "Abel Kibet Mwangi Yonas Omari Dawit",
        tones="45",
        hairs="00",
    ),
    "indian": _made(
        "Ramanathan Chatterjee Krishnamurthy Patel Venkataraman Bhattacharya Deshpande Nair Gill Subramaniam Fernandes Kapadia",
        "Ananya Kavya Lakshmi Meera Nisha Priya Riya Tanvi",
        "Aditya Arjun Dev Harish Ishaan Karthik Rohan Vikram",
        tones="334",
        hairs="00",
    ),
    "vietnamese": _made(
        "Nguyễn=Nguyen Trần=Tran Phạm=Pham Đặng=Dang Huỳnh=Huynh Lê=Le Bùi=Bui Võ=Vo Đỗ=Do",
        "Thị Mai Anh=Anh;Thị Hồng Nhung=Nhung;Ngọc Bích=Bich;Thu Hằng=Hang;Quỳnh Như=Nhu;Phương Thảo=Thao;Bảo "
        "Châu=Chau;Thúy Vân=Van",
        "Văn Đức=Duc;Minh Tuấn=Tuan;Quốc Khánh=Khanh;Hữu Phước=Phuoc;Đình Lộc=Loc;Anh Dũng=Dung;Bảo Long=Long;Xuân Trường=Truong",
        order="whole",
        language="Tiếng Việt",
        tones="122",
        hairs="00",
    ),
    "greek": _made(
        "Κωνσταντίνου=Konstantinou Παπαδόπουλος=Papadopoulos/Παπαδοπούλου=Papadopoulou Οικονόμου=Oikonomou "
        "Γεωργιάδης=Georgiadis/Γεωργιάδου=Georgiadou Σταυράκης=Stavrakis/Σταυράκη=Stavraki Ξενάκης=Xenakis/Ξενάκη=Xenaki",
        "Ελένη=Eleni Χρυσή=Chrysi Δέσποινα=Despoina Ζωή=Zoi Άννα=Anna Θάλεια=Thaleia",
        "Γιώργος=Giorgos Νίκος=Nikos Αλέξανδρος=Alexandros Φώτης=Fotis Ηλίας=Ilias Πέτρος=Petros",
        language="Ελληνικά",
        tones="112",
        hairs="0112",
    ),
    "cyrillic": _made(
        "Соколов=Sokolov/Соколова=Sokolova Шевченко=Shevchenko Юрченко=Yurchenko Щербаков=Shcherbakov/Щербакова=Shcherbakova "
        "Ковальчук=Kovalchuk Гаврилов=Gavrilov/Гаврилова=Gavrilova Їжакевич=Yizhakevych Бойко=Boyko",
        "Оксана=Oksana Дарья=Darya Елена=Elena Любовь=Lyubov Соломія=Solomiya Юлія=Yuliya",
        "Дмитро=Dmytro Алексей=Aleksey Фёдор=Fyodor Тарас=Taras Юрій=Yuriy Михайло=Mykhailo",
        language="Українська",
        tones="001",
        hairs="11235",
    ),
    "arabic": _made(
        "الفارسي=Alfarsi الحداد=Alhaddad المنصور=Almansour الخطيب=Alkhatib النجار=Alnajjar الصباغ=Alsabbagh بنيوسف=Benyoussef",
        "ليلى=Layla مريم=Maryam نور=Nour سلمى=Salma هدى=Huda ياسمين=Yasmin",
        "محمد=Mohammed يوسف=Yousef خالد=Khaled عمر=Omar طارق=Tariq إبراهيم=Ibrahim",
        order="given_first",
        language="العربية",
        tones="223",
        hairs="00",
    ),
    "hebrew": _made(
        "לוי=Levi שפירא=Shapira אברמוביץ=Abramovitz בן־דוד=Bendavid גולדברג=Goldberg רוזן=Rosen",
        "נועה=Noa תמר=Tamar שירה=Shira יעל=Yael אביגיל=Avigail",
        "דוד=David אורי=Uri איתן=Eitan נועם=Noam אריאל=Ariel",
        order="given_first",
        language="עברית",
        tones="012",
        hairs="0112",
    ),
    "devanagari": _made(
        "शर्मा=Sharma वर्मा=Verma जोशी=Joshi देशमुख=Deshmukh श्रेष्ठ=Shrestha त्रिपाठी=Tripathi",
        "अनन्या=Ananya दीपिका=Deepika सुनीता=Sunita काव्या=Kavya लक्ष्मी=Lakshmi",
        "अर्जुन=Arjun राहुल=Rahul विक्रम=Vikram कृष्ण=Krishna मोहित=Mohit",
        order="given_first",
        language="हिन्दी",
        tones="334",
        hairs="00",
    ),
    "thai": _made(
        "ศรีสุวรรณ=Srisuwan ทองดี=Thongdee วงศ์สวัสดิ์=Wongsawat แก้วมณี=Kaewmanee จันทร์เพ็ญ=Chanphen",
        "กัญญา=Kanya มาลี=Malee สุดา=Suda พิมพ์ชนก=Phimchanok",
        "สมชาย=Somchai ธนา=Thana อนันต์=Anan ภูมิ=Phum",
        order="given_first",
        language="ไทย",
        tones="223",
        hairs="00",
    ),
    "han": _made(
        "李=Li 王=Wang 張=Zhang 陈=Chen 黃=Huang 赵=Zhao 欧阳=Ouyang 林=Lin 郭=Guo",
        "雨桐=Yutong 思涵=Sihan 美玲=Meiling 诗琪=Shiqi 曉雯=Xiaowen 欣怡=Xinyi",
        "浩然=Haoran 志強=Zhiqiang 子轩=Zixuan 明哲=Mingzhe 俊傑=Junjie 宇航=Yuhang",
        order="whole",
        language="中文",
        tones="011",
        hairs="00",
    ),
    "hangul": _made(
        "김=Kim 이=Lee 박=Park 최=Choi 정=Jung 남궁=Namgung",
        "민서=Min-seo 서연=Seo-yeon 지우=Ji-woo 하은=Ha-eun 수빈=Su-bin",
        "도윤=Do-yun 준호=Jun-ho 시우=Si-woo 현우=Hyun-woo 은찬=Eun-chan",
        order="whole",
        language="한국어",
        tones="011",
        hairs="00",
    ),
    "kana": _made(
        "さくらい=Sakurai たかはし=Takahashi 川﨑=Kawasaki 斎藤=Saito 渡邊=Watanabe 髙橋=Takahashi",
        "ひなた=Hinata さくら=Sakura みゆき=Miyuki あかり=Akari マリア=Maria",
        "ハルト=Haruto そうた=Sota けんじ=Kenji タケル=Takeru ゆうき=Yuki",
        order="whole",
        language="日本語",
        tones="011",
        hairs="00",
    ),
    "long": _made(
        "Rakotondrainibenoro-Andriamanantenasoa;Wickramasinghe Arachchilage Jayasundara;Te Whakaruruhau-Papatūānuku;"
        "Featherstonehaugh-Cholmondeley-Marjoribanks;von Hohenfels-Wallenburg zu Ötztal",
        "Maximiliana-Konstantinopolitana;Alexandrina Evangeline;Tsiorintsoa Fanomezana",
        "Bartholomäus-Maximilian;Andriantsimitoviaminandriana;Christopher-Alessandro",
        tones="0134",
        hairs="0123",
    ),
    "single": _made(
        "Suharto Mutiara Wayan Budiono Kartini Santoso",
        "-",
        "-",
        tones="23",
        hairs="00",
        language="Bahasa Indonesia",
    ),
}

# A hundred turns: mostly Latin, so that it is believable for one school, and some of everything.
WHEEL: tuple[str, ...] = tuple(
    tradition
    for tradition, turns in {
        "english": 22, "scottish": 5, "irish": 6, "maori": 11, "pasifika": 4, "spanish": 5, "portuguese": 2,
        "french": 2, "german": 3, "nordic": 2, "icelandic": 2, "polish": 3, "czech": 1, "south_slavic": 2, "turkish": 2,
        "west_african": 3, "east_african": 2, "indian": 4, "vietnamese": 3, "greek": 1, "cyrillic": 2, "arabic": 2,
        "hebrew": 1, "devanagari": 1, "thai": 1, "han": 3, "hangul": 2, "kana": 1, "long": 1, "single": 1,
    }.items()
    for _ in range(turns)
)  # fmt: skip
