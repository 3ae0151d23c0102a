# The export policy module for nginx.  "make help" lists the targets.

MODULE   = ngx_http_export_policy_module
BUILD    = build
SO       = $(BUILD)/$(MODULE).so

NGINX_SRC ?= /usr/share/nginx/src
MODULES   ?= /usr/lib/nginx/modules
CONF      ?= /etc/nginx/export-policy

CC        ?= cc
JOBS      ?= 2

export EXPORT_BUILD  = $(CURDIR)/$(BUILD)
export EXPORT_MODULE ?= $(CURDIR)/$(SO)
export EXPORT_SANITIZE

HEADERS  = $(wildcard include/*.h module/*/*.h module/*/*/*.h)
GLUE     = $(wildcard module/nginx/*.c)
PURE     = $(wildcard module/*/export_*.c module/*/*/export_*.c)
UNIT     = $(patsubst t/unit/%.c,$(BUILD)/unit/%,$(wildcard t/unit/*.c))
FUZZ     = $(patsubst t/fuzz/%.c,%,$(filter-out %/driver.c,$(wildcard t/fuzz/*.c)))
BENCH    = $(patsubst t/bench/%.c,$(BUILD)/bench/%,$(wildcard t/bench/*.c))

STRICT   = -std=gnu99 -Wall -Wextra -Wconversion -Werror
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
LIBS     = -lmaxminddb -lpcre2-8 -lisal

# Packages: what the module is built with, what it is tested with (and demo and
# geoip need), what clients others wrote beside those of
# t/clients/package.json, what "make bench" compares with (a row is left out if
# one is not to be had), what "make lint", "make coverage" and "make fuzz" run.

PACKAGES = nginx nginx-dev gcc make libc6-dev libpcre2-dev libmaxminddb-dev \
           libisal-dev zlib1g-dev

TEST_PACKAGES = perl libprotocol-http2-perl libmaxmind-db-writer-perl \
                tor-geoipdb libyajl-dev python3 pmccabe mount procps \
                libnginx-mod-http-lua libnginx-mod-http-perl

CLIENT_PACKAGES = nodejs npm ca-certificates curl python3-requests \
                  python3-boto3 rclone openssl gzip

BENCH_PACKAGES = valgrind jq g++ libsimdjson-dev lua-cjson \
                 libnginx-mod-http-modsecurity

LINT_PACKAGES = cppcheck clang clang-tidy clang-tools binutils

COVERAGE_PACKAGES = gcovr

FUZZ_PACKAGES = clang libclang-rt-dev

.DELETE_ON_ERROR:
.PHONY: all names deps geoip demo test test-clients unit fuzz asan bench style \
        lint cppcheck tidy walls coverage compile_commands.json install \
        uninstall clean help


all: $(SO)

help:
	@echo 'make               build $(SO)'
	@echo 'make deps          install what building and testing need (Debian 12, as root)'
	@echo 'make geoip         a country database from tor-geoipdb'
	@echo 'make demo          a proxy, a recipient, and telling transfers'
	@echo 'make test          style, unit tests and behaviour, with prove'
	@echo 'make test-clients  real clients of npm and Debian, through a proxy'
	@echo 'make fuzz          t/fuzz with the fuzzer of clang, FUZZ_TIME seconds each'
	@echo 'make asan          make test under ASan and UBSan'
	@echo 'make unit          the unit tests alone'
	@echo 'make lint          style, walls, cppcheck and clang-tidy: no findings'
	@echo 'make coverage      lines and branches that the tests run, as a table'
	@echo 'make compile_commands.json'
	@echo '                   for editors, in $(BUILD)'
	@echo 'make bench         measurements, beside the alternatives'
	@echo 'make install       the module to $(MODULES)'
	@echo 'make uninstall     take it away, but for files that were edited'
	@echo 'make clean         remove $(BUILD)'


# Packages are installed if one is missing, silently if none is: by "make deps",
# and by the targets that run more than a compiler.  All others, "make" alone
# among them, say what is missing, where there is a dpkg to ask.  The second
# argument is a command that says a package is not needed, the third what comes
# of it if installing fails.

MISSING = missing=; for p in $(1); do \
	    dpkg-query -W -f '$${Status}' $$p 2>/dev/null \
	        | grep -q 'ok installed' || $(2) || missing="$$missing $$p"; \
	done

INSTALL = $(MISSING); \
	if [ -n "$$missing" ]; then \
	    echo "installing$$missing"; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    { apt-get -qq update && apt-get -qq install -y \
	      --no-install-recommends $$missing; } >$@.log 2>&1 \
	    || { cat $@.log; $(3); }; \
	fi

CHECK = $(MISSING); \
	if [ -n "$$missing" ] && command -v dpkg-query >/dev/null; then \
	    echo "missing:$$missing" >&2; \
	    echo '"make deps" installs what is needed, as root' >&2; \
	    exit 1; \
	fi

INSTALLERS = deps geoip demo test test-clients unit fuzz asan bench style lint \
             tidy cppcheck walls coverage

NEED = $(if $(filter $(INSTALLERS),$(MAKECMDGOALS)),$(INSTALL),$(CHECK))

deps: $(BUILD)/.deps $(BUILD)/.test-deps

$(BUILD)/.deps: Makefile
	@mkdir -p $(BUILD)
	@$(call NEED,$(PACKAGES),false,exit 1)
	@touch $@

$(BUILD)/.test-deps: Makefile $(BUILD)/.deps
	@$(call NEED,$(TEST_PACKAGES),false,exit 1)
	@touch $@

$(BUILD)/.bench: Makefile $(BUILD)/.test-deps
	@$(call NEED,$(BENCH_PACKAGES),false,true)
	@touch $@

$(BUILD)/.lint-deps: Makefile $(BUILD)/.test-deps
	@$(call NEED,$(LINT_PACKAGES),false,exit 1)
	@touch $@

$(BUILD)/.fuzz-deps: Makefile $(BUILD)/.test-deps
	@$(call NEED,$(FUZZ_PACKAGES),false,exit 1)
	@touch $@

$(BUILD)/.coverage-deps: Makefile $(BUILD)/.test-deps
	@$(call NEED,$(COVERAGE_PACKAGES),false,exit 1)
	@touch $@


# the module, against Debian's nginx-dev or the tree in NGINX_SRC; configured
# again if there is another file

$(BUILD)/.sources: names
	@mkdir -p $(BUILD)
	@echo $(GLUE) $(PURE) $(HEADERS) | cmp -s - $@ \
	    || echo $(GLUE) $(PURE) $(HEADERS) >$@

$(BUILD)/nginx/objs/Makefile: config conf/recipients.conf $(BUILD)/.sources \
    $(BUILD)/.deps
	@rm -rf $(BUILD)/nginx && mkdir -p $(BUILD)/nginx
	@cp -rs $(NGINX_SRC)/. $(BUILD)/nginx/
	@cd $(BUILD)/nginx && bash -c '. ./conf_flags && \
	    ./configure "$${NGX_CONF_FLAGS[@]}" --with-cc=$(CC) \
	    --with-cc-opt=-O2 $(FLAGS) --add-dynamic-module=$(CURDIR)' >configure.log 2>&1 \
	    || { tail -20 configure.log; exit 1; }

$(SO): $(BUILD)/nginx/objs/Makefile $(HEADERS) $(GLUE) $(PURE)
	@$(MAKE) -s -C $(BUILD)/nginx -f objs/Makefile modules
	@cp $(BUILD)/nginx/objs/$(MODULE).so $@.new && mv $@.new $@


# a real country database, from Debian's copy of the Tor project's

GEOIP = $(BUILD)/geoip/country.mmdb

geoip: $(GEOIP)

$(GEOIP): conf/tor-geoip.pl $(BUILD)/.test-deps
	@mkdir -p $(BUILD)/geoip
	@perl conf/tor-geoip.pl $@


demo: $(SO) $(GEOIP)
	@perl t/demo.pl


# the pure files as a library, watched; every file of t/unit is a program that
# prints TAP, and includes the file that it tests

vpath export_%.c $(sort $(dir $(PURE)))

$(BUILD)/unit/o/%.o: %.c $(HEADERS) $(BUILD)/.test-deps
	@mkdir -p $(BUILD)/unit/o
	@$(CC) -g -O1 $(STRICT) $(SANITIZE) -Iinclude -c -o $@ $<

$(BUILD)/unit/libexport.a: $(patsubst %.c,$(BUILD)/unit/o/%.o,$(notdir $(PURE)))
	@rm -f $@ && ar crs $@ $^

$(BUILD)/unit/%: t/unit/%.c $(wildcard t/unit/*.h) $(BUILD)/unit/libexport.a
	@$(CC) -g -O1 $(STRICT) $(SANITIZE) -Iinclude -It/unit -o $@ $< \
	    $(BUILD)/unit/libexport.a $(LIBS) -lz

# what t/differential.t compares with parsers that others wrote

READERS = $(BUILD)/differential/readers

$(READERS): t/differential/readers.c $(HEADERS) $(BUILD)/unit/libexport.a
	@mkdir -p $(BUILD)/differential
	@$(CC) -g -O1 $(STRICT) $(SANITIZE) -Iinclude -o $@ $< \
	    $(BUILD)/unit/libexport.a $(LIBS) -lyajl

# what t/splits.t feeds the corpus to, cut anywhere

INSPECT = $(BUILD)/splits/inspect

$(INSPECT): t/splits/inspect.c $(HEADERS) $(BUILD)/unit/libexport.a
	@mkdir -p $(BUILD)/splits
	@$(CC) -g -O1 $(STRICT) $(SANITIZE) -Iinclude -o $@ $< \
	    $(BUILD)/unit/libexport.a $(LIBS)

unit: $(UNIT)
	@prove -j$(JOBS) $(UNIT)

# fuzz targets: with a driver that makes inputs of their words, for prove, and
# with clang's fuzzer

FUZZED    = $(FUZZ:%=$(BUILD)/fuzz/%)
FUZZ_TIME = 10

$(FUZZED): $(BUILD)/fuzz/%: t/fuzz/%.c t/fuzz/driver.c \
        $(wildcard t/unit/*.h) $(BUILD)/unit/libexport.a
	@mkdir -p $(BUILD)/fuzz
	@$(CC) -g -O1 $(STRICT) $(SANITIZE) -Iinclude -It/unit -o $@ $< \
	    t/fuzz/driver.c $(BUILD)/unit/libexport.a $(LIBS)

$(FUZZED:%=%.clang): $(BUILD)/fuzz/%.clang: t/fuzz/%.c \
        $(wildcard t/unit/*.h) $(HEADERS) $(PURE) $(BUILD)/.fuzz-deps
	@mkdir -p $(BUILD)/fuzz
	@clang -g -O1 -std=gnu99 -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -Iinclude -It/unit -o $@ $< $(PURE) \
	    $(LIBS)

fuzz: $(FUZZED:%=%.clang)
	@for t in $(FUZZ); do \
	    mkdir -p $(BUILD)/fuzz/corpus/$$t; \
	    $(BUILD)/fuzz/$$t.clang -max_total_time=$(FUZZ_TIME) -max_len=1024 \
	        -artifact_prefix=$(BUILD)/fuzz/$$t- -verbosity=0 \
	        -print_final_stats=1 $(BUILD)/fuzz/corpus/$$t || exit 1; \
	done

test: style $(SO) $(UNIT) $(FUZZED) $(READERS) $(INSPECT)
	@prove -j$(JOBS) $(PROVE) t $(UNIT) $(FUZZED)


# clients that others wrote; node and npm may come from elsewhere than Debian

$(BUILD)/.client-deps: Makefile $(BUILD)/.test-deps
	@$(call NEED,$(CLIENT_PACKAGES),command -v $$p >/dev/null,exit 1)
	@touch $@

$(BUILD)/clients/.installed: t/clients/package.json \
        t/clients/package-lock.json $(BUILD)/.client-deps
	@mkdir -p $(BUILD)/clients
	@cp t/clients/package*.json $(BUILD)/clients/
	@cd $(BUILD)/clients && { npm ci --ignore-scripts --legacy-peer-deps \
	    --no-audit --no-fund >npm.log 2>&1 || { cat npm.log; exit 1; }; }
	@ln -sfn $(CURDIR)/t/clients $(BUILD)/clients/t
	@touch $@

test-clients: $(SO) $(GEOIP) $(BUILD)/clients/.installed
	@for mode in inspect redact stream; do \
	    echo "export_body: $$mode"; \
	    EXPORT_CLIENTS=$$mode prove -j$(JOBS) $(PROVE) t/clients || exit 1; \
	done


# the same as make test, with a module that watches itself

asan:
	@$(MAKE) BUILD=$(BUILD)/asan test \
	    FLAGS='--with-cc-opt="-O1 -g -fPIC $(SANITIZE)" \
	           --with-ld-opt="$(SANITIZE)"' \
	    EXPORT_SANITIZE=1 \
	    EXPORT_MODULE=$(CURDIR)/$(BUILD)/asan/$(MODULE).so


# the house: what its text shows, and what the compiler makes of it

style: $(BUILD)/.test-deps
	@perl t/style.pl

walls: $(SO) $(BUILD)/compile_commands.json $(BUILD)/.lint-deps
	@perl t/walls.pl $(BUILD)

lint: style walls cppcheck
	@$(MAKE) -s -k -j$(JOBS) tidy

# .cppcheck and .clang-tidy say what is looked for.  cppcheck does without the
# headers of nginx, which have 86 configurations, but for what ours compare; it
# also tells of a file that it could not look at ("information").  clang-tidy
# looks at a file again if it or a header has changed.

CODES = -DNGX_OK=0 -DNGX_ERROR=-1 -DNGX_AGAIN=-2 -DNGX_DONE=-4 -DNGX_DECLINED=-5

CPPCHECK = cppcheck --quiet --error-exitcode=1 --std=c99 --inline-suppr \
           --enable=warning,performance,portability,style,information \
           --suppressions-list=.cppcheck -j$(JOBS) -Iinclude -Imodule/nginx

cppcheck: $(BUILD)/.lint-deps
	@$(CPPCHECK) $(CODES) $(GLUE) $(PURE)

TIDY = $(patsubst %.c,$(BUILD)/lint/%.tidy,$(GLUE) $(PURE))

tidy: $(TIDY)

$(BUILD)/lint/%.tidy: %.c $(HEADERS) .clang-tidy \
        $(BUILD)/compile_commands.json $(BUILD)/.lint-deps
	@mkdir -p $(@D)
	@clang-tidy -quiet -p $(BUILD) $(CURDIR)/$< >$@.log 2>$@.errors \
	    || { cat $@.log; grep -v 'warnings\? generated' $@.errors; exit 1; }
	@touch $@

compile_commands.json: $(BUILD)/compile_commands.json

$(BUILD)/compile_commands.json: t/compile_commands.pl \
        $(BUILD)/nginx/objs/Makefile
	@perl t/compile_commands.pl $(BUILD) >$@


# The tests once more, with a module and unit tests that count what they run;
# workers of nginx, which are another user's, write their counters too.

COVERAGE = $(BUILD)/coverage

coverage: $(BUILD)/.coverage-deps
	@mkdir -p $(COVERAGE)
	@find $(COVERAGE) -name '*.gcda' -delete
	@umask 0; $(MAKE) BUILD=$(COVERAGE) SANITIZE='--coverage -Wno-error' test \
	    FLAGS='--with-cc-opt="-O0 -g -fPIC --coverage" \
	           --with-ld-opt=--coverage' \
	    EXPORT_MODULE=$(CURDIR)/$(COVERAGE)/$(MODULE).so; \
	    tests=$$?; perl t/coverage.pl $(COVERAGE) && exit $$tests


$(BUILD)/bench/%: t/bench/%.c $(wildcard t/bench/*.h) $(HEADERS) $(PURE) \
                  $(BUILD)/.test-deps
	@mkdir -p $(BUILD)/bench
	@$(CC) -g -O2 $(STRICT) -Iinclude -It/unit -o $@ $< $(PURE) $(LIBS) \
	    -lz $(WITH)

# empty if there is no simdjson

SIMDJSON = $(CURDIR)/$(BUILD)/bench/simdjson.so

$(SIMDJSON): t/bench/simdjson.cc t/bench/readers.h $(BUILD)/.bench
	@mkdir -p $(BUILD)/bench
	@$(CXX) -O2 -Wall -Wextra -Werror -shared -fPIC -o $@ $< -lsimdjson \
	    2>$@.log || $(CC) -shared -o $@ -x c /dev/null

$(BUILD)/bench/readers: WITH = -lyajl -Wl,--no-as-needed $(SIMDJSON)
$(BUILD)/bench/readers: $(SIMDJSON)

# each prints a table; figures move with the machine, ratios and instructions
# much less.  Six to nine minutes; one alone: perl t/bench/NAME.pl

bench: $(SO) $(GEOIP) $(BENCH) $(BUILD)/.bench
	@for b in geo formats readers; do $(BUILD)/bench/$$b $(GEOIP); echo; done
	@for b in hosts json csv inflate; do $(BUILD)/bench/$$b; echo; done
	@for b in transfer body alternatives memory; do \
	    perl t/bench/$$b.pl; echo; \
	done


# A file of the configuration that is not as some "make install" left it is the
# operator's: what is new goes beside it.  .installed has the sums of all that
# was ever written there.

COPY = \# A copy of the built-in catalogue, for reading.  Edits take effect only \
       with "export_recipients $(CONF)/recipients.conf;".

INSTALLED = $(DESTDIR)$(CONF)/.installed

# $$1, a file, is as it was installed

UNEDITED = unedited() { \
	    test -f "$$1" && test ! -L "$$1" && grep -qsxF \
	        "$$(sha256sum <"$$1" | cut -d' ' -f1)  $${2:-$${1\#\#*/}}" \
	        $(INSTALLED); \
	}

install: $(SO)
	install -d $(DESTDIR)$(MODULES) $(DESTDIR)$(CONF)
	install -m 644 $(SO) $(DESTDIR)$(MODULES)/
	@$(UNEDITED); set -e; cd conf; for name in *.conf; do \
	    to=$(DESTDIR)$(CONF)/$$name; new=$$to.new~; \
	    { test $$name != recipients.conf || echo '$(COPY)'; \
	      cat $$name; } >$$new; \
	    chmod 644 $$new; \
	    sum="$$(sha256sum <$$new | cut -d' ' -f1)  $$name"; \
	    if cmp -s $$new $$to; then \
	        rm $$new; ! unedited $$to.new $$name || rm $$to.new; \
	    elif unedited $$to || { test ! -e $$to && test ! -L $$to; }; then \
	        mv $$new $$to; ! unedited $$to.new $$name || rm $$to.new; \
	    else \
	        mv $$new $$to.new; \
	        echo "$(CONF)/$$name was edited: left as it is, see $$name.new"; \
	    fi; \
	    grep -qsxF "$$sum" $(INSTALLED) || echo "$$sum" >>$(INSTALLED); \
	done

uninstall:
	rm -f $(DESTDIR)$(MODULES)/$(MODULE).so
	@$(UNEDITED); for name in $$(cut -c67- $(INSTALLED) 2>/dev/null \
	        | sort -u); do \
	    to=$(DESTDIR)$(CONF)/$$name; \
	    ! unedited $$to.new $$name || rm -f $$to.new; \
	    if unedited $$to; then \
	        rm -f $$to; \
	    elif test -e $$to || test -L $$to; then \
	        echo "$(CONF)/$$name was edited: left as it is"; \
	    fi; \
	done
	@rm -f $(INSTALLED)
	@! test -d $(DESTDIR)$(CONF) || rmdir $(DESTDIR)$(CONF) 2>/dev/null \
	    || true


clean:
	rm -rf $(BUILD)
