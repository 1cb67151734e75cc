"""Certificates, one for each thing that a page has to get right."""

from dataclasses import replace
from datetime import UTC, date, datetime

from courseapp.certificate_document import Certificate

ENGLISH = Certificate(
    code="mZ3kP0aIlO1xWq7_r-bTeg",
    learner_name="Ada Lovelace",
    course_title="Analytical Engines from First Principles",
    language="en",
    completed_on=date(2026, 11, 24),
    issued_at=datetime(2026, 11, 25, 8, 5, tzinfo=UTC),
    signatory_name="Grace Hopper",
    issuer_name="Northwind Academy",
    verify_url="https://learn.example.com/certificates/mZ3kP0aIlO1xWq7_r-bTeg",
)
SAMPLES = {
    "english": ENGLISH,
    "polish": replace(
        ENGLISH,
        language="pl",
        learner_name="Łucja Śródka-Źdźbłowska",
        course_title="Wstęp do uczenia maszynowego i sztucznej inteligencji w języku Python:"
        " od podstaw do wdrożenia",
        signatory_name="Jędrzej Gżegżółka",
        issuer_name="Akademia Północna",
    ),
    "greek": replace(
        ENGLISH,
        learner_name="Ελένη Παπαδοπούλου-Ξανθοπούλου",
        course_title="Φιλοσοφία και ηθική της τεχνητής νοημοσύνης",
    ),
    "chinese": replace(
        ENGLISH,
        learner_name="李小龍",
        course_title="机器学习导论：从线性模型到深度神经网络",  # noqa: RUF001
        signatory_name="王芳",
        issuer_name="北风学院",
    ),
    "arabic": replace(
        ENGLISH,
        learner_name="محمد بن عبد الله الفارسي",
        course_title="مقدمة في علم البيانات (Data Science)",
        signatory_name="فاطمة الزهراء",
    ),
    "thai": replace(
        ENGLISH,
        learner_name="สมชาย ศรีสุวรรณ",
        course_title="พื้นฐานการเขียนโปรแกรมด้วยภาษาไพทอน",
        signatory_name="สมหญิง ใจดี",
    ),
    "long": replace(
        ENGLISH,
        learner_name="Pablo Diego José Francisco de Paula Juan Nepomuceno María de los Remedios"
        " Cipriano de la Santísima Trinidad Ruiz y Picasso, known by one of his twenty-three"
        " names to everybody in Málaga and Paris",
        course_title="Everything You Always Wanted to Know about Designing, Building, Testing,"
        " Deploying, Observing, Scaling, Securing and Maintaining Large Distributed Applications"
        " on Commodity Hardware, without Losing Your Sleep, Your Data or Your Sense of Humour:"
        " A Practical Course in Twelve Long Modules and One Exam",
        signatory_name="Wolfgang Amadeus Theophilus Chrysostomus Mozart of Salzburg",
    ),
    "without a signatory": replace(
        ENGLISH,
        learner_name="Nguyễn Thị Ánh Nguyệt",
        course_title="🐘 SQL for Analysts",
        signatory_name=None,
    ),
}
assert len(SAMPLES["long"].learner_name) <= 200
assert len(SAMPLES["long"].course_title) <= 300

# What makes a page hard to set: every text of it may be one of these.
HUGE = {
    "accents on every letter": ("a" + "\u0301\u0323\u0302\u0316\u0304\u0331\u0306") * 25,
    "controls": "\u202e" * 150 + "Ada" + "\u2066" * 47,
    "the widest letter": "\ufdfd" * 200,
    "every script": "aŁЖعאกあअ李한Աაሂ🚀𞤀ཀကក" * 11,
}
