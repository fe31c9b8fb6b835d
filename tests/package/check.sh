#!/usr/bin/env bash
# Packs KernelGen, looks into the package and builds a project against it, with caches of its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet pack "$here/../../src/KernelGen" --output "$work/feed" --verbosity quiet
contents=$(unzip -l "$work/feed/"*.nupkg)
for entry in lib/net10.0/KernelGen.dll analyzers/dotnet/cs/KernelGen.Generators.dll analyzers/dotnet/cs/KernelGen.CodeFixes.dll \
    buildTransitive/KernelGen.targets README.md LICENSE; do
  grep -q " $entry\$" <<<"$contents" || { echo "The package lacks $entry"; exit 1; }
done

cp "$here"/*.csproj "$here"/*.cs "$here"/Directory.* "$work"
cd "$work"
export NUGET_PACKAGES="$work/packages"
dotnet restore --source "$work/feed" --verbosity quiet
dotnet build --no-restore --verbosity quiet
dotnet run --no-build

if dotnet build --no-restore --no-incremental -p:CompilerApiVersion=roslyn4.12 >old.log; then
  echo "An old compiler was not rejected"
  exit 1
fi
grep -q "error KGMSB01" old.log || { cat old.log; exit 1; }
echo "The package is good."
