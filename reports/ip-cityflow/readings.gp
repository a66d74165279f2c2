# title: What the paper leaves open, with 16 signals
# place: 5
# caption: Intention Propagation as everywhere else (attention, rewards as they are, actions drawn, a rate of 0.01), each line with one
#          thing read differently: neighbours heard as a sum or a plain mean, evaluated by the likeliest action, rewards divided by
#          20, a rate of 0.001. Beside it DGN at 0.01. Thin lines are the single seeds, thick lines their means. Grey: who learns nothing.
metric = 'average_travel_time'
y_label = 'average travel time (s)'
panels = 'heard other'
panel_names = 'how neighbours are heard|rewards, rate and evaluation'
lines = 'ip sum mean greedy scaled slow dgn'
line_names = 'ip|sum|mean|likeliest action|rewards / 20|rate / 10|dgn'
line_colours = '#7B5FC9 #D55E00 #009E73 #1A1A1A #808000 #56B4E9 #E69F00'
levels = 'uniform fixed_time max_pressure constant'
level_names = 'uniform|fixed-time|max-pressure|constant'
lowest = 150.0
highest = 500.0
of_heard(line) = line eq 'sum' || line eq 'mean' ? 'ip_n16_'.line : ''
of_other(line) = line eq 'greedy' || line eq 'scaled' || line eq 'slow' ? 'ip_n16_'.line : ''
reading(line, panel) = panel eq 'heard' ? of_heard(line) : of_other(line)
key(line, panel) = strstrt(levels, line) || line eq 'ip' || line eq 'dgn' ? line.'_n16' : reading(line, panel)
load shared.'/default-panels.gp'
