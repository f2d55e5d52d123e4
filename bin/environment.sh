# Makes .venv; sourced by bin/start and bin/test, which then call `make_environment FILE`.

venv="$PWD/.venv"
# One line for each file of requirements that is installed: its checksum and its name.
stamp="$venv/installed"

refuse() {
    echo "$1" >&2
    exit 1
}

# Promise: afterwards .venv has what the file asks for, or the script has ended with a sentence. The second
# time takes milliseconds. Two at once wait for each other; one that was killed is made good by the next.
make_environment() {
    ! command -v flock >/dev/null || { exec 9<"$PWD" && flock 9; }
    if ! is_made "$1"; then
        echo "Setting up .venv from $1; the first time this takes a minute or two."
        install_with_uv "$1" || install_with_pip "$1" || exit 1
        remember "$1"
        rm -rf "$venv/debian"
    fi
    # The lock is for the setting up alone: what is started now must not hold it.
    exec 9<&-
}

is_made() {
    works "$venv/bin/python" && grep -qxF "$(checksum "$1")" "$stamp" 2>/dev/null
}

remember() {
    { grep -v " $1\$" "$stamp" 2>/dev/null || true; checksum "$1"; } >"$stamp.draft"
    mv "$stamp.draft" "$stamp"
}

checksum() {
    cksum "$1"
}

works() {
    [ -x "$1" ] && "$1" -c '' 2>/dev/null
}

install_with_uv() {
    command -v uv >/dev/null || return 1
    if ! works "$venv/bin/python"; then
        choose_python
        uv venv --quiet --clear --python "${python:->=3.11}" "$venv" || return 1
    fi
    uv pip install --quiet --python "$venv/bin/python" --requirement "$1" && return
    echo "uv could not install $1; trying pip."
    return 1
}

install_with_pip() {
    if ! works "$venv/bin/python"; then
        rm -rf "$venv"
        choose_python
        [ -n "$python" ] || refuse "MailHub needs Python 3.11 or newer, and none is on the PATH. Install one (Debian and Ubuntu: apt-get install python3) and try again."
        # Without ensurepip (Debian's python3-venv not installed) this fails half-way; pip is found below.
        "$python" -m venv "$venv" >/dev/null 2>&1 || "$python" -m venv --clear --without-pip "$venv" ||
            refuse "$python cannot make a virtual environment in $venv; its lines above say why."
    fi
    run_pip install --quiet --quiet --disable-pip-version-check --no-input --requirement "$1" ||
        refuse "pip could not install $1; its lines above say why. Nothing is lost: call this again."
}

# PYTHON names one; else the first that will do, or none.
choose_python() {
    python=$(find_python ${PYTHON:-})
    [ -n "$python" ] || [ -z "${PYTHON:-}" ] || refuse "PYTHON=$PYTHON does not run, or is older than 3.11. Name another, or none."
}

# A distribution's own comes first: it was built with profile-guided optimisation, without which pages and letters
# take up to half as long again; what version managers compile has none unless told.
find_python() {
    [ "$#" -gt 0 ] || set -- /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11
    for name in "$@"; do
        "$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        command -v "$name"
        return
    done
}

# pip for .venv: its own, else that of the Python it was made from, else the wheel that distributions ship.
run_pip() {
    if "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$venv/bin/python" -m pip "$@"
        return
    fi
    base=$("$venv/bin/python" -c 'import sys; print(sys._base_executable)')
    if "$base" -m pip --version >/dev/null 2>&1; then
        # --python came with pip 22.3.
        "$base" -m pip --python "$venv/bin/python" "$@" && return
    fi
    wheel=$(find_pip_wheel)
    [ -n "$wheel" ] || refuse "This Python comes without pip. Install it (Debian and Ubuntu: apt-get install python3-venv) and try again."
    "$venv/bin/python" "$wheel/pip" "$@"
}

find_pip_wheel() {
    shipped_wheel /usr && return
    command -v apt-get >/dev/null || return 0
    [ "$(id -u)" -ne 0 ] || apt-get -qq update >/dev/null 2>&1 || true
    # Fetching and unpacking a package needs no root, unlike installing it.
    rm -rf "$venv/debian" && mkdir -p "$venv/debian"
    (cd "$venv/debian" && apt-get -qq download python3-pip-whl && dpkg -x python3-pip-whl_*.deb .) >/dev/null 2>&1
    shipped_wheel "$venv/debian/usr" && return
    [ "$(id -u)" -ne 0 ] || apt-get -qq install --yes python3-pip-whl >/dev/null 2>&1
    shipped_wheel /usr
}

shipped_wheel() {
    for wheel in "$1"/share/python-wheels/pip-*.whl; do
        [ ! -f "$wheel" ] || { echo "$wheel" && return; }
    done
    return 1
}
