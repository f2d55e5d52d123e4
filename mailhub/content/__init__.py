"""Paper: what a letter says. Letters and their immutable versions, the merge language, and compiling.

schema.Schema().with_fields({"contact.city": "text"})      the names that a letter may use
check.check(source, schema) -> [Problem]                   everything wrong, with line and column
services.letters.create / revise / choose_variant / choose_locale / source_of
engine.compile_variant(source, schema=…, links=LinkTable(), utm=…, brand_url=…, marketing=…) -> Program
Program.to_json() / Program.from_json(text) / Program.render(data, link=…, pixel_url=…) -> Rendered
engine.fill(link.template, values) -> the address of a link
starters.load("newsletter")                                MJML to begin with
"""
