# title: Travel time while learning (Figures 3 and 5)
# caption: Average travel time after 1000 s, vehicles under way included, while training: one episode, or the mean of three
#          where actions are drawn, every five episodes (every two where there are 100 or fewer). Thin lines are the single seeds, the thick line is their mean, the dashed line what the paper
#          prints, whose episodes are others.
load data.'/result.gp'
if (!exists('curve_keys_average_travel_time')) exit gnuplot # no data, no figure
series = ''; keys = ''
do for [k = 1:words(curve_keys_average_travel_time)] {
    key = word(curve_keys_average_travel_time, k)
    if (strstrt(key, 'max_pressure') == 0 && strstrt(key, 'fixed_time') == 0 && strstrt(key, '_n16_') == 0) {
        series = series.' '.word(curve_series_average_travel_time, k)
        keys = keys.' '.key
    }
}
if (words(keys) == 0) exit gnuplot
metric = 'average_travel_time'
lowest = 100.0
highest = 800.0
y_label = 'average travel time (s)'
x_label = 'training episodes'
by_episodes = 1
x_format = '%g'
paper_name = 'the paper’s number'
load shared.'/default-curves.gp'
