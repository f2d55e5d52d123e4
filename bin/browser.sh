# Finds or brings in the browser of the tests; sourced by bin/test.

# Promise: afterwards a Chromium can be started, or the reason why not was said; the tests that need one
# then fail with the same sentence, and none is left out in silence.
make_browser() {
    [ -z "${MAILHUB_TEST_BROWSER:-}" ] || return 0
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        ! command -v "$name" >/dev/null || return 0
    done
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Chromium for the tests in a browser."
        export DEBIAN_FRONTEND=noninteractive
        apt-get -qq update >/dev/null 2>&1 || true
        # Ubuntu's package of that name only points to a snap, which a container cannot run.
        if apt-get -qq install --yes --no-install-recommends chromium >/dev/null 2>&1 && chromium --version >/dev/null 2>&1; then
            return 0
        fi
    fi
    "$venv/bin/playwright" install chromium >/dev/null 2>&1 && return 0
    echo "There is no Chromium, and none could be installed: the tests in tests/browser will fail." >&2
    echo "Install it (Debian: apt-get install chromium) or name one in MAILHUB_TEST_BROWSER." >&2
}
