"""What the invented people of the example shop are called, and where they live."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """People of one country: `weight` of a hundred; names as written, with Latin letters for the address.

    A name is `written` or `written/latin`.
    """

    weight: int
    locale: str
    country: str
    time_zone: str
    cities: str
    first: str
    last: str


CULTURES = (
    Culture(
        26, "en", "United Kingdom", "Europe/London", "London Bristol Leeds York Cardiff Norwich",
        "Amelia Oliver Isla George Ava Harry Florence Arthur Ivy Theo Rosie Alfie Maya Hugo Nora Finley",
        "Hughes Patel Walker Bennett Shaw Marsh Doyle Okafor Barnes Reid Lowe Whitfield Ahmed Clarke Frost",
    ),
    Culture(
        21, "de", "Germany", "Europe/Berlin", "Berlin Hamburg Köln Leipzig München Freiburg",
        "Anna Jonas Lena Felix Clara Moritz Johanna Emil Greta Anton Frieda Paul Mila Jakob Käthe Till",
        "Lind Schäfer Vogel Krüger Albrecht Böhm Jansen Weiß Yıldız Hartmann Kuhn Sommer Brandt Voß Keller",
    ),
    Culture(
        9, "fr", "France", "Europe/Paris", "Paris Lyon Nantes Lille Rennes Toulouse",
        "Camille Louis Chloé Jules Inès Hugo Léa Gabriel Zoé Arthur Élise Nathan Maëlle Théo",
        "Moreau Lefèvre Garnier Roux Fontaine Chevalier Benali Perrin Gauthier Marchand Noël Caron",
    ),
    Culture(
        8, "es", "Spain", "Europe/Madrid", "Madrid Valencia Sevilla Bilbao Granada Gijón",
        "Lucía Mateo Sofía Álvaro Carmen Diego Paula Hugo Inés Javier Noa Iván Martina Óscar",
        "García Núñez Ortega Iglesias Castaño Vidal Peña Serrano Fuentes Ibáñez Cordero Marín",
    ),
    Culture(
        9, "zh-Hans", "China", "Asia/Shanghai", "上海 北京 杭州 成都 广州 深圳",
        "伟/wei 芳/fang 娜/na 敏/min 静/jing 磊/lei 洋/yang 艳/yan 杰/jie 婷/ting 明/ming 雪/xue 浩/hao 梦瑶/mengyao",
        "王/wang 李/li 张/zhang 刘/liu 陈/chen 杨/yang 赵/zhao 黄/huang 周/zhou 吴/wu 徐/xu 孙/sun",
    ),
    Culture(
        6, "ar", "Egypt", "Africa/Cairo", "القاهرة الإسكندرية الجيزة طنطا",
        "ليلى/layla عمر/omar مريم/maryam يوسف/youssef نور/nour كريم/karim سلمى/salma خالد/khaled هدى/hoda زياد/ziad",
        "حسن/hassan منصور/mansour الشريف/elsherif فاروق/farouk نجيب/naguib صالح/saleh حداد/haddad رمزي/ramzy",
    ),
    Culture(
        7, "nl", "Netherlands", "Europe/Amsterdam", "Utrecht Amsterdam Rotterdam Groningen",
        "Sanne Daan Fleur Bram Lotte Sem Noor Thijs Maud Ruben Femke Joris",
        "Visser Bakker Smit Dekker Mulder Bos Hendriks Kuipers Postma Verhoeven",
    ),
    Culture(
        5, "sv", "Sweden", "Europe/Stockholm", "Stockholm Göteborg Malmö Uppsala",
        "Elsa Axel Maja Nils Ebba Olle Wilma Gustav Tuva Måns",
        "Lindqvist Åberg Nyström Sjöberg Holm Ek Öberg Wallin Dahl Söder",
    ),
    Culture(
        5, "pl", "Poland", "Europe/Warsaw", "Kraków Warszawa Gdańsk Wrocław",
        "Zofia Jakub Hanna Szymon Łucja Michał Maja Kacper Ola Paweł",
        "Nowak Wójcik Zając Kowalczyk Sikora Górski Wilk Pawlak Bąk Lis",
    ),
    Culture(
        4, "ja", "Japan", "Asia/Tokyo", "東京 大阪 京都 札幌",
        "陽菜/hina 蓮/ren 結衣/yui 湊/minato 葵/aoi 翔太/shota 凛/rin 大輝/daiki",
        "佐藤/sato 鈴木/suzuki 高橋/takahashi 田中/tanaka 伊藤/ito 中村/nakamura 小林/kobayashi 加藤/kato",
    ),
)  # fmt: skip

# Reserved for documentation and tests (RFC 2606, RFC 6761): nobody can have a mailbox there.
DOMAINS = (
    ("example.com", 34),
    ("mail.example.com", 18),
    ("example.org", 14),
    ("post.example.org", 11),
    ("example.net", 9),
    ("work.example.net", 8),
    ("garden.test", 6),
)
