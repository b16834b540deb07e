"""The words of the tables, in both languages."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en", "zh")

SUBJECTS: Final[Mapping[str, tuple[str, str]]] = {
    "sdk": ("feishu-mail", "feishu-mail"),
    "sdk_with_extras": ("feishu-mail, extras installed", "feishu-mail（已装 extras）"),
    "bare_httpx": ("bare httpx", "裸 httpx"),
    "generated_client": ("the generated client alone", "仅生成的客户端"),
    "requests_session": ("requests", "requests"),
    "official_sdk": ("lark-oapi", "lark-oapi"),
    "interpreter": ("the interpreter alone", "仅解释器"),
    "arguments": ("checking the ids", "检查 ID"),
    "locks": ("the mailbox's turn (locks)", "邮箱排队（锁）"),
    "token": ("the token", "取凭证"),
    "policy": ("the retry policy's record of the call", "重试策略的调用记录"),
    "request-bare": ("making the request, bare httpx", "构造请求（裸 httpx）"),
    "request": ("making the request, ours", "构造请求（本 SDK）"),
    "classification": ("reading and classifying the answer", "读取应答并分类"),
    "send-logging-off": ("a whole send, logging off", "一次完整发送，关闭日志"),
    "send-logging-own": ("a whole send, our loggers at DEBUG", "一次完整发送，本 SDK 的日志为 DEBUG"),
    "send-logging-all": ("a whole send, all loggers at DEBUG", "一次完整发送，全部日志为 DEBUG"),
    "sandbox": ("the sandbox", "沙箱"),
    "server": ("the server of these measurements", "本测量所用的服务器"),
    "regenerate": ("`make regenerate`", "`make regenerate`"),
}

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "demands": ("What is demanded", "要求"),
    "cold-start": (
        "Cold start: a process that imports, sends one draft and exits",
        "冷启动：导入、发送一份草稿、退出的整个进程",
    ),
    "import": ("Import alone", "仅导入"),
    "sync": ("A warm call, sync, kept-alive connection", "预热后的同步调用，保持连接"),
    "async": ("Async, over different mailboxes", "异步，分属不同邮箱"),
    "parts": ("What the SDK adds, one by one", "SDK 增加的各项开销"),
    "memory": ("Memory after many sends in one process", "同一进程大量发送后的内存"),
    "sandbox": ("Sandbox and generator", "沙箱与生成器"),
}

COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "demand": ("demand", "要求"),
    "limit": ("limit", "限值"),
    "measured": ("measured", "实测"),
    "held": ("held?", "是否满足"),
    "wall": ("wall time", "耗时"),
    "cpu": ("CPU time", "CPU 时间"),
    "peak": ("peak memory", "内存峰值"),
    "modules": ("modules", "模块数"),
    "instructions": ("instructions", "指令数"),
    "rate": ("sends a second, {} in flight", "每秒发送数，并发 {}"),
    "cpu-in-flight": ("CPU time, {} in flight", "CPU 时间，并发 {}"),
    "first": ("RSS after {}", "第 {} 次后的 RSS"),
    "last": ("RSS after {}", "第 {} 次后的 RSS"),
    "growth": ("growth", "增长"),
    "sockets": ("sockets left open", "残留套接字"),
    "threads": ("threads left", "残留线程"),
    "start": ("start-up", "启动"),
    "request": ("requests a second", "每秒请求数"),
}

DEMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "cold-start-wall-httpx": ("cold start, wall time: times bare httpx", "冷启动耗时：裸 httpx 的倍数"),
    "cold-start-cpu-httpx": ("cold start, CPU time: times bare httpx", "冷启动 CPU 时间：裸 httpx 的倍数"),
    "cold-start-peak-httpx": ("cold start, peak memory: times bare httpx", "冷启动内存峰值：裸 httpx 的倍数"),
    "cold-start-wall-official": ("cold start, wall time: times lark-oapi", "冷启动耗时：lark-oapi 的倍数"),
    "cold-start-cpu-official": ("cold start, CPU time: times lark-oapi", "冷启动 CPU 时间：lark-oapi 的倍数"),
    "sync-cpu-httpx": ("warm sync call, CPU time: times bare httpx", "预热同步调用 CPU 时间：裸 httpx 的倍数"),
    "sync-cpu-requests": ("warm sync call, CPU time: times requests", "预热同步调用 CPU 时间：requests 的倍数"),
    "sync-cpu-official": ("warm sync call, CPU time: times lark-oapi", "预热同步调用 CPU 时间：lark-oapi 的倍数"),
    "async-rate-httpx": ("sends a second, 16 in flight: times bare httpx", "并发 16 每秒发送数：裸 httpx 的倍数"),
    "async-rate-official": ("sends a second, 16 in flight: times lark-oapi", "并发 16 每秒发送数：lark-oapi 的倍数"),
    "memory-growth": ("growth of RSS between both looks", "两次观察之间的 RSS 增长"),
    "memory-sockets": ("sockets left open", "残留套接字"),
    "memory-threads": ("threads left", "残留线程"),
    "duration": ("the whole `make bench`", "`make bench` 全程"),
    "duration-quick": ("the whole `make bench QUICK=1`", "`make bench QUICK=1` 全程"),
    "gate-cold-start": ("cold start, CPU time: times bare httpx", "冷启动 CPU 时间：裸 httpx 的倍数"),
    "gate-import": ("import, CPU time: times bare httpx", "导入 CPU 时间：裸 httpx 的倍数"),
    "gate-call": ("warm sync call, CPU time: times bare httpx", "预热同步调用 CPU 时间：裸 httpx 的倍数"),
}

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "at most": ("at most {}", "至多 {}"),
    "at least": ("at least {}", "至少 {}"),
    "below": ("below {}", "低于 {}"),
    "is": ("{}", "{}"),
}

HELD: Final = {True: ("held", "满足"), False: ("**not held**", "**未满足**")}


def in_language(words: tuple[str, str], language: str) -> str:
    """Returns the words of one of the two languages."""
    return words[LANGUAGES.index(language)]
