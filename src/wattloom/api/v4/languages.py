"""In which language the sentences of an answer are."""

from typing import Annotated, Literal, TypeAlias

from fastapi import Query

AnswerLanguage: TypeAlias = Annotated[Literal["en", "nl", "de"], Query(description="Of the sentences in the answer.")]
"""A parameter ``language``. What browsers prefer does not count: programs expect the same answer from anywhere."""
