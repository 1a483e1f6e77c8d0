"""What the city wants: guidelines, priorities, cross-cutting themes, action fields, chapters; and who is who."""
