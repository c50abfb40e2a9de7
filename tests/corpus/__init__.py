"""Messages that a box, or an impostor, may send: one a file, for every reader.

What the fuzzer (`tests/client/test_fuzz.py`) finds is kept here, too.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
CORPUS = {
    path.name: path.read_bytes()
    for path in sorted(FOLDER.iterdir())
    if path.suffix in (".json", ".bin")
}
