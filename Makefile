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

HEADERS  = $(wildcard include/*.h)
GLUE     = $(wildcard module/ngx_http_export_*.c)
PURE     = $(wildcard module/export_*.c)
UNIT     = $(patsubst t/unit/%.c,$(BUILD)/unit/%,$(wildcard t/unit/*.c))
BENCH    = $(patsubst t/bench/%.c,$(BUILD)/bench/%,$(wildcard t/bench/*.c))

STRICT   = -std=gnu99 -Wall -Wextra -Wconversion -Werror
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
LIBS     = -lmaxminddb -lpcre2-8 -lisal

PACKAGES = nginx nginx-dev gcc make libc6-dev libpcre2-dev libmaxminddb-dev \
           libisal-dev zlib1g-dev libmaxmind-db-writer-perl tor-geoipdb \
           perl libprotocol-http2-perl libyajl-dev python3 valgrind

.DELETE_ON_ERROR:
.PHONY: all deps geoip demo test unit asan bench style install clean help


all: $(SO)

help:
	@echo 'make             build $(SO)'
	@echo 'make deps        install what is needed (Debian 12, as root)'
	@echo 'make geoip       a country database from tor-geoipdb'
	@echo 'make demo        a proxy, a recipient, and telling transfers'
	@echo 'make test        style, unit tests and behaviour, with prove'
	@echo 'make asan        make test under ASan and UBSan'
	@echo 'make bench       measurements, beside the alternatives'
	@echo 'make install     the module to $(MODULES)'
	@echo 'make clean       remove $(BUILD)'


# packages: installed only if one is missing; silent if none is

deps: $(BUILD)/.deps

$(BUILD)/.deps: Makefile
	@mkdir -p $(BUILD)
	@missing=; for p in $(PACKAGES); do \
	    dpkg-query -W -f '$${Status}' $$p 2>/dev/null \
	        | grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	if [ -n "$$missing" ]; then \
	    echo "installing$$missing"; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    { apt-get -qq update && apt-get -qq install -y \
	      --no-install-recommends $$missing; } >$(BUILD)/deps.log 2>&1 \
	    || { cat $(BUILD)/deps.log; exit 1; }; \
	fi
	@touch $@


# the module, against Debian's nginx-dev or the tree in NGINX_SRC

$(BUILD)/nginx/objs/Makefile: config conf/recipients.conf $(BUILD)/.deps
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

$(GEOIP): conf/tor-geoip.pl $(BUILD)/.deps
	@mkdir -p $(BUILD)/geoip
	@perl conf/tor-geoip.pl $@


demo: $(SO) $(GEOIP)
	@perl t/demo.pl


# the pure files as a library, watched; every file of t/unit is a program that
# prints TAP, and includes the file that it tests

$(BUILD)/unit/o/%.o: module/%.c $(HEADERS) $(BUILD)/.deps
	@mkdir -p $(BUILD)/unit/o
	@$(CC) -g -O1 $(STRICT) $(SANITIZE) -Iinclude -c -o $@ $<

$(BUILD)/unit/libexport.a: $(PURE:module/%.c=$(BUILD)/unit/o/%.o)
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

test: style $(SO) $(UNIT) $(READERS) $(INSPECT)
	@prove -j$(JOBS) $(PROVE) t $(UNIT)


# the same, with a module that watches itself

asan:
	@$(MAKE) BUILD=$(BUILD)/asan test \
	    FLAGS='--with-cc-opt="-O1 -g -fPIC $(SANITIZE)" \
	           --with-ld-opt="$(SANITIZE)"' \
	    EXPORT_SANITIZE=1 \
	    EXPORT_MODULE=$(CURDIR)/$(BUILD)/asan/$(MODULE).so


style:
	@perl t/style.pl


$(BUILD)/bench/%: t/bench/%.c $(HEADERS) $(PURE) $(BUILD)/.deps
	@mkdir -p $(BUILD)/bench
	@$(CC) -g -O2 $(STRICT) -Iinclude -It/unit -o $@ $< $(PURE) $(LIBS) -lz

# each prints a table; figures move with the machine, ratios and instructions
# much less

bench: $(SO) $(GEOIP) $(BENCH)
	@$(BUILD)/bench/geo $(GEOIP)
	@for b in hosts json csv inflate; do $(BUILD)/bench/$$b; done
	@perl t/bench/transfer.pl
	@perl t/bench/body.pl


install: $(SO)
	install -d $(DESTDIR)$(MODULES) $(DESTDIR)$(CONF)
	install -m 644 $(SO) $(DESTDIR)$(MODULES)/
	install -m 644 conf/*.conf $(DESTDIR)$(CONF)/


clean:
	rm -rf $(BUILD)
