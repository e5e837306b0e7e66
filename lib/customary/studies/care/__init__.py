"""Caring for customers: lists, services, budget, concentration."""

from customary.studies.care.birthdays import birthdays
from customary.studies.care.budget import tier_budget
from customary.studies.care.concentration import abc, concentration, lorenz
from customary.studies.care.contrast import contrast
from customary.studies.care.lists import first_time_buyers, high_value_care
from customary.studies.care.services import service_list, services

__all__ = [
    "abc",
    "birthdays",
    "concentration",
    "contrast",
    "first_time_buyers",
    "high_value_care",
    "lorenz",
    "service_list",
    "services",
    "tier_budget",
]
