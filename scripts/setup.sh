# shellcheck shell=bash
# What ./serve and ./check share: finding what a machine lacks and installing it, on Debian 12, Ubuntu
# 24.04 and later. Sourced from the top of the repository.

packages=() # to install
unmet=()    # what we may not or cannot install: lines for the operator

say() { printf '%s\n' "$*" >&2; }

# want REASON PACKAGE…
want() {
  say "missing: ${*:2} ($1)"
  packages+=("${@:2}")
}

at_least() { [[ $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

has_postgresql() {
  local bin version
  for bin in "${PG_BIN:-}" /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null)"; do
    if [[ -x $bin/initdb ]] && version=$("$bin/postgres" --version 2>/dev/null); then
      version=${version#postgres (PostgreSQL) }
      at_least 15 "${version%% *}" && return
    fi
  done
  return 1
}

# crt1.o, which every program starts with, comes with the C library's development files.
has_linker() { [[ $(cc -print-file-name=crt1.o 2>/dev/null) == /* ]]; }

has_node() {
  local version
  version=$(node --version 2>/dev/null) && at_least 18 "${version#v}" && command -v npm >/dev/null
}

# Puts a Rust that is new enough on PATH: the one there, else rustup's.
has_rust() {
  local least version path
  least=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  for path in "$PATH" "${CARGO_HOME:-~/.cargo}/bin:$PATH"; do
    if version=$(PATH=$path rustc --version 2>/dev/null) && PATH=$path cargo --version >/dev/null 2>&1; then
      version=${version#rustc }
      at_least "$least" "${version%% *}" && PATH=$path && return
    fi
  done
  if PATH=$path command -v rustup >/dev/null; then
    unmet+=("missing: Rust $least or later. Run: rustup update stable")
  else
    unmet+=("missing: Rust $least or later. Run:"
      "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y")
    command -v curl >/dev/null || want "fetches the Rust installer" curl
  fi
  return 1
}

# has_rust_component SUBCOMMAND NAME
has_rust_component() {
  cargo "$1" --version >/dev/null 2>&1 && return
  unmet+=("missing: $2. Run: rustup component add $2")
}

# Sets CHROME. The one without windows first, which is half as fast again. Runs what it finds: Ubuntu's chromium-browser may be a script that only names a snap.
find_chrome() {
  local name
  for name in ${CHROME:-chromium-headless-shell chromium google-chrome google-chrome-stable chromium-browser}; do
    if "$name" --version >/dev/null 2>&1; then
      CHROME=$(command -v "$name")
      export CHROME
      return
    fi
  done
  return 1
}

want_chrome() {
  if [[ -z ${CHROME:-} ]] && grep -qx 'ID=debian' /etc/os-release; then
    want "browser tests" chromium-headless-shell
    return
  fi
  unmet+=("missing: Chromium${CHROME:+ at $CHROME} (browser tests). Ubuntu packages it as a snap only: install"
    "that or Google Chrome, and if it is not on PATH say where it is: CHROME=/path/to/chrome ./check")
}

# Runs a command as root, if this account may.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# Root, or sudo without a password, or with one and a terminal to ask for it.
may_be_root() {
  ((EUID == 0)) || sudo -n true 2>/dev/null || { [[ -t 0 && -t 2 ]] && command -v sudo >/dev/null && sudo -v; }
}

install_packages() {
  local install="apt-get install -y --no-install-recommends ${packages[*]}"
  if ! command -v apt-get >/dev/null; then
    unmet+=("This is not Debian or Ubuntu: install these your way (the names are Debian's): ${packages[*]}")
    return
  elif ! may_be_root; then
    unmet+=("This account may not install packages. Run:" "  sudo apt-get update && sudo $install")
    return
  fi
  # Without this the package starts a cluster of its own, which nothing here uses.
  local no_cluster=/etc/postgresql-common/createcluster.d/trove.conf
  if [[ " ${packages[*]} " == *" postgresql "* ]]; then
    as_root mkdir -p "${no_cluster%/*}"
    as_root tee "$no_cluster" >/dev/null <<<'create_main_cluster = false'
  fi
  # A source that cannot be read may well be one that is not needed.
  as_root apt-get update -q || true
  # shellcheck disable=SC2086 # words
  as_root env DEBIAN_FRONTEND=noninteractive ${install/install/install -q -o DPkg::Lock::Timeout=300} ||
    unmet+=("Installing failed. Run:" "  sudo $install")
  as_root rm -f "$no_cluster"
}

# Installs what is missing of: rust, rust-checks, postgresql, node, chrome; and what all need. Ends the
# script with 2 if anything stays missing.
setup() {
  local what
  for what in "$@"; do
    case $what in
    rust) has_rust || true ;;
    rust-checks) ((${#unmet[@]})) || { has_rust_component fmt rustfmt && has_rust_component clippy clippy; } || true ;;
    postgresql) has_postgresql || want "database server" postgresql ;;
    node) has_node || want "style sheets and scripts" nodejs npm ;;
    chrome) find_chrome || want_chrome ;;
    esac
  done
  has_linker || want "linker and C compiler" gcc libc6-dev
  [[ -e /etc/ssl/certs/ca-certificates.crt ]] || want "certificates for downloads" ca-certificates
  ((${#packages[@]} == 0)) || install_packages
  if ((${#unmet[@]})); then
    printf '%s\n' "${unmet[@]}" >&2
    exit 2
  fi
}
