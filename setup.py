"""Map packages to their folders; pyproject.toml can find packages, but not under another name than their folder's."""

from setuptools import find_packages, setup

FOLDERS = {
    "feishu_mail": "overlay/feishu_mail",
    "feishu_mail_client": "generated/feishu_mail_client",
    "feishu_mail_openapi": "openapi",
    "feishu_mail_sandbox": "sandbox/feishu_mail_sandbox",
}

setup(
    package_dir=FOLDERS,
    packages=[
        *FOLDERS,
        *(f"{package}.{inner}" for package, folder in FOLDERS.items() for inner in find_packages(folder)),
    ],
)
