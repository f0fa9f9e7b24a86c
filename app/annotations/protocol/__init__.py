"""Annotations for other programs: the W3C's Web Annotation Data Model and Protocol, import and export, Atom."""
