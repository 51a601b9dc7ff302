"""Personal data in what people write: a scan by shape, check digit and the words beside it.

The ICO form's preamble asks for none of it in a report, the OAIC's guide (C2) in a notice.
"""
