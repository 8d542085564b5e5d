#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A PDF as other programs make them: so many A5 pages with the words that come in.
#   text_pdf.py PAGES <words >file.pdf
import sys


def main():
    pages, words = int(sys.argv[1]), sys.stdin.read().strip().replace("(", "[").replace(")", "]")
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(pages))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for n in range(pages):
        drawing = f"BT /F1 18 Tf 50 500 Td ({words}, page {n + 1}) Tj ET"
        objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents {5 + 2 * n} 0 R"
                    " /Resources << /Font << /F1 3 0 R >> >> >>",
                    f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream"]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    sys.stdout.buffer.write(out)


if __name__ == "__main__":
    main()
