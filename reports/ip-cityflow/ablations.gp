# title: Whom to hear, and how far (Figure 6)
# place: 4
# caption: Intention Propagation that hears its neighbours in two rounds of messages, as everywhere else, beside one that hears
#          everybody, and with one round or three. With 100 signals both train for 50 episodes. Thin lines are the single
#          seeds, thick lines their means. Grey: who learns nothing. The paper shows the rounds in a game of navigation.
metric = 'average_travel_time'
y_label = 'average travel time (s)'
panels = 'n49 n100 hops'
panel_names = '49 signals: whom to hear|100 signals: whom to hear|49 signals: rounds of messages'
lines = 'two all one three'
line_names = 'neighbours, two rounds|everybody|one round|three rounds'
line_colours = '#7B5FC9 #D55E00 #009E73 #1A1A1A'
levels = 'uniform fixed_time max_pressure constant'
level_names = 'uniform|fixed-time|max-pressure|constant'
lowest = 200.0
highest = 600.0
of_49(line) = line eq 'two' ? 'ip_n49' : line eq 'all' ? 'ip_n49_all' : ''
of_100(line) = line eq 'two' ? 'ip_n100_50' : line eq 'all' ? 'ip_n100_all' : ''
of_hops(line) = line eq 'two' ? 'ip_n49' : line eq 'one' ? 'ip_n49_hop1' : line eq 'three' ? 'ip_n49_hop3' : ''
level_key(line, panel) = line.'_'.(panel eq 'hops' ? 'n49' : panel)
key(line, panel) = strstrt(levels, line) ? level_key(line, panel) : \
    panel eq 'n49' ? of_49(line) : panel eq 'n100' ? of_100(line) : of_hops(line)
load shared.'/default-panels.gp'
