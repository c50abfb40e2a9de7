"""What a box, or whoever pretends to be one, may say: one message a file, as bytes, for every reader of the wire.

What the fuzzer (`tests/client/test_fuzz.py`) finds is kept here, too.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
CORPUS = {
    path.name: path.read_bytes()
    for path in sorted(FOLDER.iterdir())
    if path.suffix in (".json", ".bin")
}
