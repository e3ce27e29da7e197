#!/bin/sh
# Build the page.
#
#   build.sh OUTPUT    runs in the folder of the sources, writes what is served into OUTPUT
#
# The same sources give the same bytes, so they give the same image.
set -eu
output=${1:?usage: build.sh OUTPUT}

echo "reading src/messages.properties"
welcome=$(sed -n 's/^welcome=//p' src/messages.properties)
if [ -z "$welcome" ]; then
	echo "src/messages.properties: there is no 'welcome=' in it" >&2
	exit 1
fi

echo "writing index.html: $welcome"
mkdir -p "$output"
text=$(printf '%s' "$welcome" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/[&|\]/\\&/g')
sed "s|@welcome@|$text|g" src/index.html > "$output/index.html"
cp src/style.css "$output/style.css"
