# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
# manifest.bash - for `load manifest`: reading scenarios/manifest.tab.

# For awk: does a pattern of fnmatch(3) cover this text or pattern?
covers='
    function covers(pattern, text) {
        gsub(/[.]/, "[.]", pattern)
        gsub(/[?]/, ".", pattern)
        gsub(/[*]/, ".*", pattern)
        return pattern == text || text ~ "^" pattern "$"
    }'
