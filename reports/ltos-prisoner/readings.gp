# title: Greedy play while learning, by reading of the paper
# caption: As above, with LToS's high level read otherwise (sample32: one minibatch of 32 a step instead of a sample of 2000;
#          slow: rate 1e-3 instead of 0.1; summed: the sum of both values; adam: Adam at 1e-3), and ConseNet's agents paid
#          the sum of both rewards (alpha1); LIO whose policies step by RMSProp too (rmsprop), and with one optimiser for a giver's loss and cost
#          (one-step); IP by expectations and sampled (expected). slow, summed and adam are half as long. None of it was used to choose a reading.
load data.'/result.gp'
if (!exists('curve_keys_return_mean')) exit gnuplot # no data, no figure
series = ''; keys = ''; readings = 0
do for [k = 1:words(curve_keys_return_mean)] {
    name = word(curve_series_return_mean, k)
    if (name eq 'ltos' || strstrt(name, 'ltos/') == 1 || strstrt(name, 'consenet') == 1 || strstrt(name, 'lio') == 1 || strstrt(name, 'ip') == 1) {
        series = series.' '.name
        keys = keys.' '.word(curve_keys_return_mean, k)
        readings = readings + (strstrt(name, '/') > 0)
    }
}
if (readings == 0) exit gnuplot
metric = 'return_mean'
y_label = 'return of an episode'
x_label = 'training episodes'
by_episodes = 1
across = 4
set xtics 1000
set xrange [0:3000] # the same for all: some are half as long
load shared.'/default-curves.gp'
