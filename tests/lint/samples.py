# SPDX-License-Identifier: GPL-3.0-or-later
# What each rule must find, and what it must let pass: a lint that cannot fail guards nothing.
import os
import tempfile

import rules

LICENCE = "// SPDX-License-Identifier: GPL-3.0-or-later\n// What it is for.\n#pragma once\n"

# rule, path, text, the line on which it must be found
BAD = [
    ("licence", "crypto/a.cpp", "#include <vector>\n", 1),
    ("licence", "dev", "#!/bin/bash\necho\n", 1),
    ("licence", "crypto/CMakeLists.txt", "# GPL\n", 1),
    ("purpose", "crypto/a.hpp", "// SPDX-License-Identifier: GPL-3.0-or-later\n#pragma once\n", 2),
    ("pragma_once", "crypto/a.hpp", "// SPDX-License-Identifier: GPL-3.0-or-later\n// x\n", 1),
    ("owners", "proto/format/a.cpp", LICENCE + "#include <sodium.h>\n", 4),
    ("owners", "collector/vault/a.cpp", LICENCE + "#include <openssl/evp.h>\n", 4),
    ("owners", "proto/transport/a.cpp", LICENCE + "#include <openssl/evp.h>\n", 4),
    ("owners", "proto/transport/a.cpp", LICENCE + "#include <openssl/ts.h>\n", 4),
    ("owners", "proto/anchor/a.cpp", LICENCE + "#include <openssl/ssl.h>\n", 4),
    ("owners", "sync-server/net/a.cpp", LICENCE + "#include <openssl/ssl.h>\n", 4),
    ("owners", "collector/vault/a.cpp", LICENCE + "#include <sqlcipher/sqlite3.h>\n", 4),
    ("owners", "crypto/sealed_db.hpp", LICENCE + "#include <sqlcipher/sqlite3.h>\n", 4),
    ("owners", "proto/dialogue/a.hpp", LICENCE + '#include "sync.pb.h"\n', 4),
    ("owners", "collector/sync/a.cpp", LICENCE + '#include "sync.pb.h"\n', 4),
    ("owners", "casework/verify/a.cpp", LICENCE + "#include <exiv2/exiv2.hpp>\n", 4),
    ("owners", "casework/verify/a.cpp", LICENCE + "#include <boost/asio/io_context.hpp>\n", 4),
    ("owners", "casework/filing/a.cpp", LICENCE + "#include <qpdf/QPDF.hh>\n", 4),
    ("owners", "casework/filing/a.cpp", LICENCE + "#include <pango/pangocairo.h>\n", 4),
    ("owners", "proto/dialogue/a.hpp", LICENCE + "  #  include <boost/asio.hpp>\n", 4),
    ("owners", "sync-server/audit/a.cpp", LICENCE + '#include "sync-server/log/log.hpp"\n', 4),
    ("owners", "collector/intake/check/a.cpp", LICENCE + '#include "collector/intake/png/png_raster.hpp"\n', 4),
    ("floors", "crypto/a.hpp", LICENCE + '#include "proto/format/ids.hpp"\n', 4),
    ("floors", "collector/a.hpp", LICENCE + '#include "casework/verify/a.hpp"\n', 4),
    ("floors", "proto/a.hpp", LICENCE + '#include "console/console.hpp"\n', 4),
    ("floors", "proto/a.hpp", LICENCE + '#include "ids.hpp"\n', 4),
    ("floors", "proto/a.hpp", LICENCE + '#include "../crypto/bytes.hpp"\n', 4),
    ("purity", "proto/merkle/a.cpp", LICENCE + "#include <fstream>\n", 4),
    ("purity", "proto/dialogue/a.cpp", LICENCE + "auto t = std::chrono::steady_clock::now();\n", 4),
    ("purity", "crypto/hash.cpp", LICENCE + "#include <filesystem>\n", 4),
    ("purity", "crypto/sealed_db.cpp", LICENCE + "std::chrono::system_clock c;\n", 4),
    ("purity", "proto/format/a.cpp", LICENCE + "auto t = time(nullptr);\n", 4),
    ("no_sleep", "tests/unit/a.cpp", LICENCE + "std::this_thread::sleep_for(1s);\n", 4),
    ("no_sleep", "collector/a.cpp", LICENCE + "usleep(5);\n", 4),
    ("no_shell", "collector/a.cpp", LICENCE + 'std::system("rm");\n', 4),
    ("no_shell", "casework/a.cpp", LICENCE + 'auto* p = popen("ls", "r");\n', 4),
    ("finished", "docs/a.md", "Words.\nTODO more\n", 2),
    ("finished", "proto/a.cpp", LICENCE + "int a;  // FIXME\n", 4),
    ("closed_switch", "proto/a.cpp",
     LICENCE + "switch (role) {\n  case Role::server: { return 1; }\n  default: return 0;\n}\n", 6),
    ("honest_words", "docs/a.md", "The result is admissible in court.\n", 1),
    ("honest_words", "casework/a.cpp", LICENCE + 'print("Tamper-proof");\n', 4),
    ("honest_words", "console/a.cpp", LICENCE + 'print("military-grade");\n', 4),
    ("own_place", "docs/a.md", "See /ho" + "me/someone/notes.\n", 1),
]

GOOD = [
    ("licence", "dev", "#!/bin/bash\n# SPDX-License-Identifier: GPL-3.0-or-later\n"),
    ("owners", "crypto/a.cpp", LICENCE + "#include <sodium.h>\n#include <openssl/evp.h>\n"),
    ("owners", "proto/transport/a.cpp", LICENCE + "#include <openssl/ssl.h>\n#include <boost/asio/ssl.hpp>\n"),
    ("owners", "crypto/sealed_db.cpp", LICENCE + "#include <sqlcipher/sqlite3.h>\n"),
    ("owners", "proto/dialogue/a.cpp", LICENCE + '#include "proto/wire/sync.pb.h"\n'),
    ("floors", "casework/a.cpp", LICENCE + '#include "proto/a.hpp"\n#include "casework/b.hpp"\n#include "console/c.hpp"\n'),
    ("purity", "crypto/files.cpp", LICENCE + "#include <filesystem>\n"),
    ("purity", "proto/transport/a.cpp", LICENCE + "auto t = steady_clock::now();\n"),
    ("purity", "proto/format/time.cpp", LICENCE + "#include <chrono>\nstd::chrono::sys_days day;\n"),
    ("no_sleep", "collector/a.cpp", LICENCE + '// never sleep(1)\nauto t = "sleep(1)";\n'),
    ("no_shell", "collector/a.cpp", LICENCE + "auto n = file.system(1);\nint operating_system();\n"),
    ("closed_switch", "proto/a.cpp", LICENCE + "switch (c) {\n  case 'a': return 1;\n  default: return 0;\n}\n"),
    ("closed_switch", "collector/a.cpp", LICENCE + "switch (t) {\n  case Exiv2::asciiString: return 1;\n  default: return 0;\n}\n"),
    ("honest_words", "docs/a.md", "It never says \"admissible\" or \"tamper-proof\".\n"),
    ("own_place", "docs/a.md", "in build/home/main/ and ~/home/main/x\n"),
]


def one(errc, extra=(), reveals="", vector=None):
    """The findings of the rules over the whole tree, on a small tree."""
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.join(root, "tests/lint"))
        os.makedirs(os.path.join(root, "tests/vectors/tree"))
        with open(os.path.join(root, "tests/lint/reveals.txt"), "w", encoding="utf-8") as file:
            file.write(reveals)
        if vector is not None:
            with open(os.path.join(root, "tests/vectors/tree/v.txt"), "w", encoding="utf-8") as file:
                file.write(vector)
        tree = [rules.Source("crypto/errc.hpp", errc), *(rules.Source(*s) for s in extra)]
        return [f for rule in rules.TREE_RULES for f in rule(tree, root)]


ERRC = "".join(f"  X(name_{n}, {n}, \"words\") \\\n" for n in range(12))
LIST = "".join(f"| name_{n} | {n} |\n" for n in range(12))
SHOWS = ("proto/wire/a.hpp", LICENCE + '#include "sync.pb.h"\n')
THROUGH = ("proto/wire/b.hpp", LICENCE + '#include "proto/wire/a.hpp"\n')
SITE = ("crypto/key.cpp", LICENCE + "key.reveal([](auto) {});\n")

TREE_BAD = [
    ("two failures with one number", lambda: one(ERRC + '  X(other, 5, "w") \\\n')),
    ("no list of failures", lambda: one("")),
    ("a document that forgets a failure", lambda: one(ERRC, [("docs/a.md", LIST.replace("| name_7 | 7 |\n", ""))])),
    ("a vector with an unknown failure", lambda: one(ERRC, vector="rule: x\nexpect: name_99\n\nbytes")),
    ("a vector without an expectation", lambda: one(ERRC, vector="rule: x\n\nexpect: name_1\n")),
    ("a reveal that is not on the list", lambda: one(ERRC, [SITE])),
    ("protobuf shown outside", lambda: one(ERRC, [SHOWS, ("collector/c.cpp", '#include "proto/wire/a.hpp"\n')])),
    ("protobuf through another", lambda: one(ERRC, [SHOWS, THROUGH, ("sync-server/c.hpp", '#include "proto/wire/b.hpp"\n')])),
    ("a line of the list that is none", lambda: one(ERRC, [SITE], reveals="<<<<<<< HEAD\n1 crypto/key.cpp\n")),
    ("a reveal that is gone", lambda: one(ERRC, [], reveals="1 crypto/key.cpp\n")),
]
TREE_GOOD = [
    ("a whole tree", lambda: one(ERRC, [SITE, SHOWS, THROUGH, ("proto/wire/c.cpp", '#include "proto/wire/b.hpp"\n'), ("docs/a.md", LIST)], "# list\n1 crypto/key.cpp\n",
                                 "expect: name_3\nrule: x\n\nbytes")),
]


def check_samples():
    by_name = {rule.__name__: rule for rule in rules.RULES}
    wrong = []
    for name, path, text, line in BAD:
        found = [number for number, _ in by_name[name](rules.Source(path, text))]
        if found != [line]:
            wrong.append(f"{name}: did not find the bad sample in {path} at line {line}: {text!r}: {found}")
    for name, path, text in GOOD:
        found = list(by_name[name](rules.Source(path, text)))
        if found:
            wrong.append(f"{name}: refused a good sample: {text!r}: {found}")
    wrong += [f"{name} has no bad sample" for name in by_name if name not in {bad[0] for bad in BAD}]
    wrong += [f"not found: {name}" for name, run in TREE_BAD if len(run()) != 1]
    wrong += [f"refused: {name}: {run()}" for name, run in TREE_GOOD if run()]
    print("\n".join(wrong) or f"{len(BAD) + len(TREE_BAD)} bad samples found, {len(GOOD) + len(TREE_GOOD)} good ones passed")
    return 1 if wrong else 0
