#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A real time-stamp authority: `openssl ts` behind a small responder on loopback.
#   time_authority.py FOLDER p256|rsa
# Makes root, intermediate and signer in FOLDER (root.pem, middle.pem, signer.pem), prints its port, and answers until
# its standard input ends. A path says how to answer: see ANSWERS.
import http.server
import os
import subprocess
import sys
import threading

folder, kind = sys.argv[1], sys.argv[2]
hanging = threading.Event()


def path(name):
    return os.path.join(folder, name)


def openssl(*words, data=None):
    done = subprocess.run(["openssl", *words], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


def config(url):
    return f"""
[ca]
default_ca = one
[one]
database = index
serial = serial
crlnumber = crlnumber
new_certs_dir = .
default_md = sha256
default_days = 30
default_crl_days = 7
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
[req]
distinguished_name = name
prompt = no
[name]
commonName = test root
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
crlDistributionPoints = URI:{url}/root.crl
[signer]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
crlDistributionPoints = URI:{url}/middle.crl
[tsa]
default_tsa = good
[good]
serial = tsa-serial
signer_cert = signer.pem
certs = middle.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.2
digests = sha256
accuracy = secs:1
tsa_name = yes
ess_cert_id_alg = sha256
[rejecting]
serial = tsa-serial
signer_cert = signer.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.2
digests = sha512
"""


def make(url):
    os.makedirs(folder, exist_ok=True)
    for name, text in (("config", config(url)), ("index", ""), ("serial", "10"), ("crlnumber", "01"),
                       ("tsa-serial", "01")):
        with open(path(name), "w", encoding="ascii") as file:
            file.write(text)
    key = ["-newkey", "rsa:2048"] if kind == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    openssl("req", "-config", "config", "-x509", "-nodes", *key, "-keyout", "root.key", "-out", "root.pem",
            "-days", "60", "-extensions", "authority", "-subj", "/CN=test root")
    for name, by, extensions in (("middle", "root", "authority"), ("signer", "middle", "signer")):
        openssl("req", "-config", "config", "-new", "-nodes", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", f"/CN=test {name}")
        openssl("ca", "-config", "config", "-batch", "-notext", "-keyfile", f"{by}.key", "-cert", f"{by}.pem",
                "-in", f"{name}.csr", "-out", f"{name}.pem", "-extensions", extensions)
    lists()


def lists():
    for name in ("root", "middle"):
        openssl("ca", "-config", "config", "-gencrl", "-keyfile", f"{name}.key", "-cert", f"{name}.pem",
                "-out", f"{name}.crl")


def reply(query, section="good"):
    with open(path("query"), "wb") as file:
        file.write(query)
    openssl("ts", "-reply", "-config", "config", "-section", section, "-queryfile", "query", "-out", "reply")
    with open(path("reply"), "rb") as file:
        return file.read()


def other_query(digest):
    return openssl("ts", "-query", "-digest", digest, "-sha256", "-cert")


def digest_of(query):
    text = openssl("ts", "-query", "-in", "/dev/stdin", "-text", data=query).decode()
    rows = text[text.index("Message data:") + 13:text.index("Policy OID")]
    return "".join(row[11:58] for row in rows.strip("\n").split("\n")).replace("-", "").replace(" ", "")


def revoke(reason):
    openssl("ca", "-config", "config", "-revoke", "signer.pem", "-crl_reason", reason, "-keyfile", "middle.key",
            "-cert", "middle.pem")
    lists()


def changed(answer):
    return answer[:-1] + bytes([answer[-1] ^ 1])


ANSWERS = {
    "/good": reply,
    "/rejecting": lambda query: reply(query, "rejecting"),
    "/garbage": lambda query: b"no time stamp",
    "/empty": lambda query: b"",
    "/huge": lambda query: bytes(1 << 20),
    "/changed": lambda query: changed(reply(query)),
    "/trailing": lambda query: reply(query) + b"\0",
    "/other-nonce": lambda query: reply(other_query(digest_of(query))),
    "/other-bytes": lambda query: reply(other_query("00" * 32)),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/hanging":
            hanging.wait()
            return
        if self.path == "/busy" or self.headers["Content-Type"] != "application/timestamp-query":
            self.answer(503, b"")
            return
        try:
            self.answer(200, ANSWERS[self.path](query))
        except BrokenPipeError:
            pass  # they have had enough

    def do_GET(self):
        name = self.path[1:]
        if name.startswith("revoke/"):  # for the test itself
            revoke(name[7:])
            self.answer(200, b"")
        elif name in ("root.crl", "middle.crl") and os.path.exists(path(name)):
            with open(path(name), "rb") as file:
                self.answer(200, file.read())
        else:
            self.answer(404, b"")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
make(f"http://127.0.0.1:{server.server_port}")
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
hanging.set()
os._exit(0)
