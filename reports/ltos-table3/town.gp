# title: The town of 33 signals
# place: 5
# caption: Red lights that a vehicle waits for at each signal, read as waiting time, on a logarithmic axis, in one greedy
#          episode every four episodes of training. Thin lines are the single seeds, the thick line is their mean. Dashed:
#          what the paper prints for Shenzhen, which is another network. Grey: lights that learn nothing.
load data.'/result.gp'
if (!exists('curve_keys_red_lights_waiting')) exit gnuplot # no data, no figure
series = ''; keys = ''
do for [k = 1:words(curve_keys_red_lights_waiting)] {
    key = word(curve_keys_red_lights_waiting, k)
    if (strstrt(key, '_town') > 0 && strstrt(key, 'max_pressure') == 0 && strstrt(key, 'fixed_time') == 0) {
        series = series.' '.word(curve_series_red_lights_waiting, k)
        keys = keys.' '.key
    }
}
if (words(keys) == 0) exit gnuplot
metric = 'red_lights_waiting'
lowest = 0.25
highest = 30.0
logarithmic = 1
levels = 'fixed_time max_pressure'
level_names = 'fixed-time|max-pressure'
level_variant = 'town'
across = 2
y_label = 'red lights a signal'
x_label = 'training episodes'
by_episodes = 1
x_format = '%g'
paper_name = 'the paper, Shenzhen'
load shared.'/default-curves.gp'
