/**
 * Runs in the Python that mypy is installed in: starts dmypy's own daemon as a child, has it check everything once beside the
 * questions, and speaks the base protocol of language servers. The daemon's status file is named by this process, so two
 * windows with different environments never ask each other's. The child ignores SIGTERM, which reaches the whole group: it is
 * told to stop, and then takes its socket and its status file with it; what a killed one left is taken away by the next.
 */
export const DMYPY_SCRIPT = `
import sys
# A module of the workspace must not stand in for one of Python's own.
sys.path[:] = [path for path in sys.path if path != ""]
import json, os, signal, subprocess, threading, time
answers = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
from mypy.dmypy import client
from mypy.version import __version__

folder, count = sys.argv[1], int(sys.argv[2])
options, arguments = sys.argv[3:3 + count], sys.argv[3:]
status_file = os.path.join(folder, "status-%d.json" % os.getpid())
first = {}

def tidy():
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if not name.startswith("status-"):
            continue
        try:
            with open(path) as file:
                status = json.load(file)
            os.kill(status["pid"], 0)
        except ProcessLookupError:
            os.unlink(path)
            socket = status["connection_name"]
            if os.path.basename(socket) == "dmypy.sock" and os.path.exists(socket):
                os.unlink(socket)
                os.rmdir(os.path.dirname(socket))
        except (OSError, ValueError, KeyError):
            pass

def start_daemon():
    program = "import sys; sys.path[:] = [p for p in sys.path if p != '']; from mypy.dmypy import client; client.console_entry()"
    command = [sys.executable, "-c", program, "--status-file", status_file, "daemon", "--timeout", "1800", "--"]
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    environment = dict(os.environ, PYTHONUTF8="1", XDG_CONFIG_HOME=folder)
    return subprocess.Popen(command + options, stdin=subprocess.DEVNULL, stdout=2, env=environment)

def check():
    response = client.request(status_file, "run", version=__version__, args=arguments, export_types=False)
    if "error" in response or "restart" in response:
        raise RuntimeError("dmypy: %s" % (response.get("error") or response.get("restart")))
    return {"ready": True, "out": response["out"], "err": response["err"], "status": response["status"]}

def check_first():
    try:
        while not client.is_running(status_file):
            if daemon.poll() is not None:
                raise RuntimeError("dmypy ended with exit code %s" % daemon.returncode)
            time.sleep(0.02)
        check()
    except Exception as problem:
        first["problem"] = problem

def stop(*_):
    try:
        client.request(status_file, "stop", timeout=1)
        daemon.wait(1)
    except Exception:
        daemon.kill()
        daemon.wait()
    os._exit(0)

def answer(method):
    if method != "check":
        return {"capabilities": {}}
    if beginning.is_alive():
        return {"ready": False}
    if "problem" in first:
        raise first["problem"]
    return check()

def send(message):
    body = json.dumps(message).encode()
    answers.write(b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body)
    answers.flush()

def receive():
    length = 0
    while True:
        line = sys.stdin.buffer.readline()
        if line == b"":
            stop()
        if line == b"\\r\\n":
            return json.loads(sys.stdin.buffer.read(length))
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)

os.makedirs(folder, exist_ok=True)
tidy()
daemon = start_daemon()
signal.signal(signal.SIGTERM, stop)
beginning = threading.Thread(target=check_first, daemon=True)
beginning.start()
while True:
    message = receive()
    if "id" not in message or "method" not in message:
        continue
    reply = {"jsonrpc": "2.0", "id": message["id"]}
    try:
        send(dict(reply, result=answer(message["method"])))
    except Exception as problem:
        # Waited for before anybody hears of it: a process that nobody waits for still counts as there for the one that tidies up.
        daemon.kill()
        daemon.wait()
        send(dict(reply, error={"code": -32603, "message": str(problem)}))
        print(problem, file=sys.stderr, flush=True)
        os._exit(1)
`;
