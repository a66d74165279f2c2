# title: Red lights while learning (Figure 3c)
# place: 2
# caption: Red lights that a vehicle waits for at each signal of the 6x6 grid, read as waiting time, on a logarithmic axis as
#          in the paper: in one greedy episode every four episodes of training, in three with drawn actions of NeurComm and
#          ConseNet. Thin lines are the single seeds, the thick line is their mean, the dashed line the number of the paper's
#          Table 3. Grey: fixed-time and max-pressure lights, which learn nothing. From about 7 on roads are blocked, and more
#          or less waiting there orders nothing: who finds no room on the roads is not counted.
load data.'/result.gp'
if (!exists('curve_keys_red_lights_waiting')) exit gnuplot # no data, no figure
series = ''; keys = ''
do for [k = 1:words(curve_keys_red_lights_waiting)] {
    key = word(curve_keys_red_lights_waiting, k)
    if (strstrt(key.' ', '_6x6 ') > 0 && strstrt(key, 'max_pressure') == 0 && strstrt(key, 'fixed_time') == 0) {
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
level_variant = '6x6'
y_label = 'red lights a signal'
x_label = 'training episodes'
by_episodes = 1
x_format = '%g'
paper_name = 'the paper’s number'
load shared.'/default-curves.gp'
