"""What a lesson asks of the student: quizzes, and exercises with instant, specific feedback."""

from hcclab.teaching.checks import check, check_function
from hcclab.teaching.exercise import Exercise
from hcclab.teaching.feedback import Feedback
from hcclab.teaching.look import withhold_answers
from hcclab.teaching.progress import Progress
from hcclab.teaching.quiz import Choice, Multiple, Number, Order, Quiz
from hcclab.teaching.quoted import quoted
from hcclab.teaching.sealed import unseal

__all__ = [
    "Choice",
    "Exercise",
    "Feedback",
    "Multiple",
    "Number",
    "Order",
    "Progress",
    "Quiz",
    "check",
    "check_function",
    "quoted",
    "unseal",
    "withhold_answers",
]
