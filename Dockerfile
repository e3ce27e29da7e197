# The image of the resource type, where a container engine is at hand; `make image` needs none.
#
#   docker build -t build-service-resource .                    the resource: the same files as `make image` packs
#   docker build --target tests -t build-service-tests .        everything that `make test` needs; run it to run them

ARG BASE=debian:bookworm

FROM ${BASE} AS dependencies
ENV DEPS_CACHE=/var/cache/build-service-resource
WORKDIR /src
COPY ci/setup ci/deps ci/
COPY ci/lib ci/lib
RUN ci/setup build && ci/deps musl && ci/deps gpgv

FROM dependencies AS builder
COPY . .
RUN make image && mkdir /rootfs && tar -xf build/image/rootfs.tar -C /rootfs

FROM builder AS tests
RUN ci/setup && ci/deps glibc
CMD ["make", "test"]

FROM scratch AS resource
COPY --from=builder /rootfs /
