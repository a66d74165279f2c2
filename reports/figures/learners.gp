# learners.gp - which methods of lio-ipd have a learning curve of `metric`: all that have data but lio/untrained, which
# is not trained. Sets series and keys for default-curves.gp.
load data.'/result.gp'
if (!exists('curve_series_'.metric) || words(value('curve_series_'.metric)) == 0) exit gnuplot # no data, no figure
series = ''; keys = ''
do for [k = 1:words(value('curve_keys_'.metric))] {
    key = word(value('curve_keys_'.metric), k)
    if (key ne 'lio_untrained') {
        series = series.' '.word(value('curve_series_'.metric), k)
        keys = keys.' '.key
    }
}
