#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What taking files in costs other servers on loopback, in processor time of the server's side alone.

usage: object_peers.py dokaz-object-bench dokaz-server   (sizes and counts by BULK_MIB, SMALL_COUNT)

Each server is started for the run with its own configuration, keys and folder, and ended by its own process id;
wait4 gives its time with that of all the processes that it has waited for. A peer that is not installed is left
out with a message. What a peer does not do is said in docs/performance.md: only dokaz-server syncs each object
before it acknowledges, and answers with a signed receipt.
"""
import json, os, shutil, signal, socket, ssl, subprocess, sys, tempfile, time

BULK_MIB = int(os.environ.get("BULK_MIB", "1024"))
BULK_FILES = 4
SMALL_COUNT = int(os.environ.get("SMALL_COUNT", "2000"))
SMALL_BYTES = 64 * 1024
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port):
    for _ in range(500):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("a server did not start")


class Served:
    """A server process; `cpu` is what it and its children took, once it has ended."""

    def __init__(self, command, port, stop=signal.SIGTERM, env=None):
        self.stop, self.cpu = stop, None
        self.process = subprocess.Popen(command, env=env, **QUIET)
        wait_for(port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.process.pid, self.stop)
        _, _, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        self.cpu = usage.ru_utime + usage.ru_stime


def make_files(folder, count, size):
    os.makedirs(folder)
    for n in range(count):
        with open(os.path.join(folder, f"{n:06}"), "wb") as out:
            for left in range(size, 0, -(1 << 20)):
                out.write(os.urandom(min(left, 1 << 20)))
    return folder


def rsync(place, files):
    for name, kind in (("host", "ed25519"), ("user", "ed25519")):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", f"{place}/{name}"], check=True)
    port = free_port()
    config = f"{place}/sshd_config"
    with open(config, "w") as out:
        out.write(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {place}/host\nAuthorizedKeysFile {place}/user.pub\n"
                  f"PidFile {place}/pid\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nLogLevel QUIET\n")
    os.makedirs("/run/sshd", exist_ok=True)
    ssh = f"ssh -p {port} -i {place}/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=QUIET"
    with Served([shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-f", config], port) as server:
        start = time.monotonic()
        subprocess.run(["rsync", "-r", "--whole-file", "-e", ssh, files + "/", f"127.0.0.1:{place}/there/"], check=True, **QUIET)
        wall = time.monotonic() - start
    return server.cpu, wall


def restic(place, files):
    port = free_port()
    env = dict(os.environ, RESTIC_PASSWORD="bench", RESTIC_REPOSITORY=f"rest:http://127.0.0.1:{port}/",
               XDG_CACHE_HOME=place, HOME=place)
    serve = ["rclone", "serve", "restic", "--addr", f"127.0.0.1:{port}", f"{place}/there"]
    os.makedirs(f"{place}/there")
    with Served(serve, port, env=env):
        subprocess.run(["restic", "init"], env=env, check=True, **QUIET)
    with Served(serve, port, env=env) as server:
        start = time.monotonic()
        subprocess.run(["restic", "backup", files], env=env, check=True, **QUIET)
        wall = time.monotonic() - start
    return server.cpu, wall


def nginx(place, files):
    port = free_port()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-keyout", f"{place}/key.pem", "-out", f"{place}/cert.pem"], check=True, **QUIET)
    os.makedirs(f"{place}/there")
    os.chmod(place, 0o755)
    with open(f"{place}/nginx.conf", "w") as out:
        user = "user root;\n" if os.geteuid() == 0 else ""
        out.write(user + f"""daemon off; worker_processes 1; pid {place}/pid; error_log /dev/null;
events {{}}
http {{
  access_log off;
  client_body_temp_path {place}/body; proxy_temp_path {place}/a; fastcgi_temp_path {place}/b;
  uwsgi_temp_path {place}/c; scgi_temp_path {place}/d;
  client_max_body_size 0;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_protocols TLSv1.3; ssl_certificate {place}/cert.pem; ssl_certificate_key {place}/key.pem;
    root {place}/there; dav_methods PUT; create_full_put_path on; keepalive_requests 1000000;
  }}
}}
""")
    with Served([shutil.which("nginx") or "/usr/sbin/nginx", "-c", f"{place}/nginx.conf"], port, signal.SIGQUIT) as server:
        start = time.monotonic()
        context = ssl.create_default_context(cafile=f"{place}/cert.pem")
        context.check_hostname = False
        with context.wrap_socket(socket.create_connection(("127.0.0.1", port))) as line:
            answers = line.makefile("rb")
            for name in sorted(os.listdir(files)):
                with open(os.path.join(files, name), "rb") as content:
                    size = os.fstat(content.fileno()).st_size
                    line.sendall(f"PUT /{name} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode())
                    while block := content.read(1 << 20):
                        line.sendall(block)
                if b" 20" not in answers.readline():
                    raise SystemExit("nginx did not take a file")
                length = 0
                while (header := answers.readline()) not in (b"\r\n", b""):
                    if header.lower().startswith(b"content-length:"):
                        length = int(header.split(b":")[1])
                answers.read(length)
        wall = time.monotonic() - start
    return server.cpu, wall


def dokaz(bench, program, count, size, connections):
    out = subprocess.run([bench, program, str(count), str(size), str(connections)], check=True, stdout=subprocess.PIPE)
    said = json.loads(out.stdout)
    return said["server_cpu"], said["wall"], said["peak_kib"]


def main():
    bench, program = sys.argv[1:3]
    peers = [("rsync over ssh", rsync, ("rsync", "sshd")), ("restic to rclone serve restic, no TLS", restic, ("restic", "rclone")),
             ("PUT over TLS 1.3 to nginx", nginx, ("nginx", "openssl"))]
    os.environ["PATH"] += ":/usr/sbin"
    with tempfile.TemporaryDirectory(prefix="dokaz-bench-") as place:
        for title, count, size in ((f"{BULK_FILES} files of {BULK_MIB // BULK_FILES} MiB", BULK_FILES, BULK_MIB // BULK_FILES << 20),
                                   (f"{SMALL_COUNT} files of 64 KiB", SMALL_COUNT, SMALL_BYTES)):
            gib = count * size / (1 << 30)
            print(f"-- {title}")
            row = lambda what, cpu, wall, more="": print(
                f"{what:44} {cpu / gib:7.2f} CPU s/GiB  {count / cpu:8.0f} files/CPU s  {count / wall:8.1f} files/s{more}", flush=True)
            for connections in (1, 4):
                cpu, wall, peak = dokaz(bench, program, count, size, connections)
                row(f"dokaz-server, {connections} connection{'s'[:connections - 1]}, synced", cpu, wall, f"  at most {peak // 1024} MiB")
            files = make_files(f"{place}/{count}", count, size)
            for what, run, needs in peers:
                missing = [name for name in needs if not shutil.which(name)]
                if missing:
                    print(f"{what}: left out, {' and '.join(missing)} not installed")
                    continue
                with tempfile.TemporaryDirectory(prefix="peer-", dir=place) as own:
                    row(what, *run(own, files))
            shutil.rmtree(files)


main()
