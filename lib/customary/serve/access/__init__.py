"""Who may read: the shop's book of people and audiences, links and passwords, and the door in front of the gateway."""
