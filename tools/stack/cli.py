"""The commands of ./dev that deal with a stack's processes: up, down, status, logs, psql, kill, start, token."""

import argparse
import json
import os
import signal
import sys
import time

from . import demo, mail, paths
from .errors import Failure
from .postgres import program
from .process import forget_children, reap
from .stack import Stack, is_locked, locked
from .state import DEFAULT_API_PORT, DEFAULT_CHARGERS, DEFAULT_GATEWAY_PORT, State

MOST_PODS = 16  # admin ports and database connections are sized for it
KILL_WAIT_SECONDS = 10  # how long `kill` waits for the end of a process that was told to end

ENDING = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL, signal.SIGHUP, signal.SIGABRT}


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    # SIGINT too: a shell starts background jobs with it ignored, and Python would leave it so.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return options.run(options) or 0
    except Failure as failure:
        print(f"dev: {failure}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"dev: Not permitted: {error.filename}: {error.strerror}.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 141
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)

    up = commands.add_parser("up", help="build and start everything", allow_abbrev=False)
    up.add_argument("--detach", action="store_true", help="return when everything is ready")
    up.add_argument("--empty", action="store_true", help="no demo tenant, no simulated chargers")
    up.add_argument("--simulate", type=_number(0, 100_000), metavar="N", help="simulated chargers")
    up.add_argument("--pods", type=_number(1, MOST_PODS), metavar="N", help="N gateways, workers and API pods")
    up.set_defaults(run=_up)

    down = commands.add_parser("down", help="stop everything", allow_abbrev=False)
    down.add_argument("--wipe", action="store_true", help="and remove all data")
    down.set_defaults(run=_down)

    status = commands.add_parser("status", help="what runs, and where", allow_abbrev=False)
    status.add_argument("--json", action="store_true", help="for programs")
    status.set_defaults(run=_status)

    logs = commands.add_parser("logs", help="follow the logs", allow_abbrev=False)
    logs.add_argument("name", nargs="?", help="of one process, such as gateway-1")
    logs.set_defaults(run=_logs)

    psql = commands.add_parser("psql", help="a psql session on the stack's database", prefix_chars="\0")
    psql.add_argument("arguments", nargs=argparse.REMAINDER)
    psql.set_defaults(run=_psql)

    kill = commands.add_parser("kill", help="send a process a signal (default TERM)", allow_abbrev=False)
    kill.add_argument("name")
    kill.add_argument("signal", nargs="?", default="TERM", help="TERM, KILL, STOP, CONT, ... or a number")
    kill.set_defaults(run=_kill)

    start = commands.add_parser("start", help="start one process again", allow_abbrev=False)
    start.add_argument("name")
    start.set_defaults(run=_start)

    mails = commands.add_parser("mail", help="the latest mails that were sent", allow_abbrev=False)
    mails.add_argument("count", nargs="?", type=_number(1, 1000), default=1, help="how many (default 1)")
    mails.set_defaults(run=_mail)

    token = commands.add_parser("token", help="an access token of the demo user", allow_abbrev=False)
    token.set_defaults(run=_token)
    return parser


def _up(options: argparse.Namespace) -> None:
    folder = paths.dev_dir().resolve()
    with locked(folder):
        state = State.load(folder) or State()
        state.pods = options.pods or 1
        state.chargers = DEFAULT_CHARGERS if options.simulate is None else options.simulate
        state.empty = options.empty
        state.api_port = _port("VOLTLANE_API_PORT", DEFAULT_API_PORT)
        state.gateway_port = _port("VOLTLANE_GATEWAY_PORT", DEFAULT_GATEWAY_PORT)
        stack = Stack(folder, state, say=print)
        began = time.monotonic()
        stack.up()
        print(f"Ready after {time.monotonic() - began:.0f} s.\n")
        print(_greeting(state), flush=True)
    if options.detach:
        print("\n./dev down stops it.", flush=True)
        forget_children()
    else:
        print("\nCtrl-C stops all of it; the data stays.", flush=True)
        _stay(stack)


def _stay(stack: Stack) -> None:
    """Until Ctrl-C, or until nothing is left because ./dev down was called elsewhere; says when a process ends."""
    running = {process.name: process.pid() for process in stack.processes()}
    try:
        while any(running.values()):
            time.sleep(0.5)
            reap()
            if is_locked(stack.folder):
                continue  # another command is at work; its outcome counts
            now = {process.name: process.pid() for process in stack.processes()}
            ended = [name for name, pid in running.items() if pid is not None and now.get(name) is None]
            if not any(now.values()):
                print("Everything has ended.", flush=True)
                return
            for name in ended:
                print(f"{name} (pid {running[name]}) has ended; ./dev start {name} starts it again.", flush=True)
            running = now
    except KeyboardInterrupt:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C does not leave half of it running
        print("\nStopping ...", flush=True)
        stack.down()
        print("Stopped.", flush=True)


def _down(options: argparse.Namespace) -> None:
    stack = _stack(must_exist=False)
    if stack is None:
        print("There is no stack.")
        return
    with locked(stack.folder):
        stack.down()
        if options.wipe:
            stack.wipe()
    print("Stopped." if not options.wipe else "Stopped, and all data removed.")


def _status(options: argparse.Namespace) -> None:
    stack = _stack(must_exist=False)
    nothing = {"api": [], "gateway": [], "kafka": None, "user": None, "password": None, "processes": []}
    status = stack.status() if stack else nothing
    if options.json:
        print(json.dumps(status, indent=2))
        return
    if stack is None:
        print("There is no stack; ./dev up starts one.")
        return
    print(f"api      {' '.join(status['api'])}")
    print(f"gateway  {' '.join(status['gateway'])}")
    print(f"kafka    {status['kafka']}")
    if status["user"]:
        print(f"login    {status['user']} / {status['password']}")
    print(f"\n{'name':<12} {'pid':>8}  {'ready':<6} {'port':>6} {'admin':>6}")
    for row in status["processes"]:
        ready = "yes" if row["ready"] else "no"
        cells = [row["pid"] or "-", row["port"] or "-", row["admin_port"] or "-"]
        print(f"{row['name']:<12} {cells[0]:>8}  {ready:<6} {cells[1]:>6} {cells[2]:>6}")


def _logs(options: argparse.Namespace) -> None:
    stack = _stack()
    if options.name:
        files = [stack.process(options.name).log_file]
    else:
        files = sorted((stack.folder / "logs").glob("*.log"))
    missing = [file.name for file in files if not file.exists()]
    if missing or not files:
        raise Failure(f"There is no log yet ({', '.join(missing) or 'nothing was started'}).")
    os.execvp("tail", ["tail", "-n", "100", "-F", *map(str, files)])


def _psql(options: argparse.Namespace) -> None:
    stack = _stack()
    if stack.postgres.process.pid() is None:
        raise Failure("PostgreSQL is not running; ./dev up or ./dev start postgres starts it.")
    psql = program("psql")
    os.execv(psql, [psql, "-d", stack.postgres.url(), *options.arguments])


def _kill(options: argparse.Namespace) -> None:
    number = _signal(options.signal)
    stack = _stack()
    process = stack.process(options.name)
    pid = stack.kill(options.name, number)
    if number not in ENDING:
        print(f"{options.name} (pid {pid}) was sent {number.name}.")
    elif process.wait_gone(KILL_WAIT_SECONDS):
        print(f"{options.name} (pid {pid}) has ended.")
    else:
        print(f"{options.name} (pid {pid}) was sent {number.name} and still runs.")


def _start(options: argparse.Namespace) -> None:
    stack = _stack()
    with locked(stack.folder):
        stack.start(options.name)
        stack.state.save(stack.folder)
    print(f"{options.name} is ready (pid {stack.process(options.name).pid()}).")
    forget_children()


def _mail(options: argparse.Namespace) -> None:
    files = _stack().mail.files()[-options.count :]
    if not files:
        print("No mail was sent yet.")
    for file in files:
        print(f"{'-' * 80}\n{mail.summary(mail.read(file))}\n({file})")


def _token(_: argparse.Namespace) -> None:
    print(demo.token(_stack().state))


def _stack(must_exist: bool = True) -> Stack | None:
    folder = paths.dev_dir().resolve()
    state = State.load(folder)
    if state is None:
        if must_exist:
            raise Failure(f"There is no stack in {folder}; ./dev up starts one.")
        return None
    return Stack(folder, state)


def _greeting(state: State) -> str:
    api = state.api_urls[0]
    lines = [f"API                 {' '.join(state.api_urls)}"]
    lines.append(f"mails it sends      {_dev()} mail   (kept in {paths.dev_dir() / 'mail'})")
    if state.empty:
        return "\n".join([*lines, f"chargers dial       {' '.join(state.gateway_urls)}/api/v16/<key>/<id>"])
    lines += [
        f"chargers dial       {state.tenant_ws}/<charge point id>",
        f"each frame          {_dev()} logs gateway-1",
        *([f"other gateways      {' '.join(state.gateway_urls[1:])}"] if state.pods > 1 else []),
        f"user, password      {state.user} {state.password}",
        "",
        "Try next:",
        "  # what was charged, and for how much",
        f'  curl -s {api}/api/sessions/ -H "Authorization: Bearer $({_dev()} token)"',
        "  # a charger of your own, in another terminal",
        f"  {demo.own_charger(state.tenant_ws)}",
        "  # start charging at it, and wait for its answer",
        f"  {demo.remote_start(api, f'{_dev()} token')}",
    ]
    return "\n".join(lines)


def _dev() -> str:
    folder = os.environ.get("VOLTLANE_DEV_DIR")
    return f"VOLTLANE_DEV_DIR={folder} ./dev" if folder else "./dev"


def _number(least: int, most: int):
    def parse(text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number from {least} to {most}")
        return int(text)

    return parse


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Failure(f"{variable}={text} is not a TCP port (1 to 65535).")
    return int(text)


def _signal(text: str) -> signal.Signals:
    try:
        if text.isdigit():
            return signal.Signals(int(text))
        return signal.Signals["SIG" + text.upper().removeprefix("SIG")]
    except (KeyError, ValueError):
        raise Failure(f"{text} is not a signal; TERM, KILL, STOP and CONT are.") from None


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
