# what: what explain --json tells is read when it was given back
# file: trafmetux-src/explain/explain.c
# test: unit cli_explain.sh
s/^\t\texplain_json(&explain, context->output);$/\t\tfree(explain.remarks), explain_json(\&explain, context->output), explain.remarks = NULL;/
