# variant.gp - which methods have a learning curve of `metric` in one of the variants whose keys are in `variants`, in
# the order of the data. Sets series and keys for default-curves.gp.
load data.'/result.gp'
if (!exists('curve_series_'.metric) || words(value('curve_series_'.metric)) == 0) exit gnuplot # no data, no figure
series = ''; keys = ''
ends_with(key, tail) = strlen(key) > strlen(tail) && key[strlen(key) - strlen(tail) + 1 : strlen(key)] eq tail
do for [k = 1:words(value('curve_keys_'.metric))] {
    key = word(value('curve_keys_'.metric), k)
    do for [v = 1:words(variants)] {
        if (ends_with(key, '_'.word(variants, v))) {
            series = series.' '.word(value('curve_series_'.metric), k)
            keys = keys.' '.key
        }
    }
}
if (words(keys) == 0) exit gnuplot
