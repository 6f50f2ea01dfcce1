"""XML to JSON values and back, as a schema says: element names are keys, lists repeat elements."""

from rulebound.openapi.schema_codec.reading import XmlFault, read_xml
from rulebound.openapi.schema_codec.writing import write_xml

__all__ = ["XmlFault", "read_xml", "write_xml"]
