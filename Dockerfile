# One image with every Voltlane program; compose.yaml says which one a container runs.
FROM debian:12 AS build
WORKDIR /src
COPY packages.txt .
RUN apt-get update \
    && sed 's/#.*//' packages.txt | awk 'NF == 1 || $2 ~ /^unless=/ { print $1 }' \
        | xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*
COPY . .
RUN --mount=type=cache,target=/root/.cache/ccache \
    cmake --preset release -DVOLTLANE_TESTS=OFF -DVOLTLANE_BENCH=OFF \
    && cmake --build --preset release \
    && DESTDIR=/out deploy/install.sh

FROM debian:12-slim
COPY packages.txt /tmp/
RUN apt-get update \
    && { awk '$2 == "image" { print $1 }' /tmp/packages.txt; echo ca-certificates curl; } \
        | xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/packages.txt \
    && useradd --system --no-create-home voltlane
COPY --from=build /out/ /
USER voltlane
WORKDIR /usr/share/voltlane
ENTRYPOINT ["/usr/bin/voltlane-entrypoint"]
