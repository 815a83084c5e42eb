"""Widgets for the lessons: controls bound to a pure function that draws text and a picture."""
