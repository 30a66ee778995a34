"""The directory: a tenant's people, their groups, roles, departments and absences."""
