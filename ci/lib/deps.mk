# The dependencies as a graph: make runs what can run side by side, and goes on where it was stopped.
# Called by ci/deps with SET (where the result goes) and LIBC (musl or glibc).

names := $(if $(filter musl,$(LIBC)),musl) zlib openssl curl libssh2 jansson http-parser libyaml libgit2
tests := cmocka
done = $(addprefix $(SET)/.done/,$(1))

$(SET)/versions: $(call done,$(names) $(tests))
	cat $(call done,$(names)) > $(SET)/packages
	awk '{ printf "%s%s %s", sep, $$1, $$2; sep = ", " } END { print "" }' $(SET)/packages > $@.part
	rm -rf $(SET)/build
	mv $@.part $@

# '+' hands make's job slots on to the dependency's own make.
$(SET)/.done/%:
	+@ci/lib/dependency $*

$(call done,$(filter-out musl,$(names)) $(tests)): $(call done,$(filter musl,$(names)))
$(call done,curl): $(call done,zlib openssl)
$(call done,libssh2): $(call done,openssl)
$(call done,libgit2): $(call done,zlib http-parser)
